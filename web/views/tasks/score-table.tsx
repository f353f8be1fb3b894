import { largest } from "../../figures/matrix-image.ts";
import { withMinus } from "../../figures/minus.ts";
import { colourOf } from "../../figures/palette.ts";
import { useTheme } from "../../figures/theme.ts";

/** Scores [K, K] as a table: the row's tag first, the column's behind it. */
export function ScoreTable({
  names,
  scores,
}: {
  readonly names: readonly string[];
  readonly scores: Float32Array;
}) {
  const theme = useTheme();
  const K = names.length;
  const limit = largest(scores);
  return (
    <div class="score-table">
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">then</th>
            {names.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name, row) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {names.map((after, column) => {
                const score = scores[row * K + column];
                return (
                  <td
                    key={after}
                    style={{
                      boxShadow: `inset 0 -4px ${colourOf(score, limit, "diverging", theme)}`,
                    }}
                  >
                    {withMinus(score.toFixed(1))}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
