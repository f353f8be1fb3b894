// A brushed pattern found elsewhere.
import { useMemo } from "preact/hooks";
import { similarSpans, type UnitResponses } from "unrolled/inspect";
import { shownPiece } from "../figures/token-text.tsx";

/** Around a stretch that is shown by itself. */
const SURROUNDINGS = 20;

interface SimilarProps {
  readonly found: UnitResponses;
  readonly values: Float32Array;
  readonly hiddenSize: number;
  readonly span: readonly [number, number];
  /** The link that brushes another passage. */
  hrefTo(span: readonly [number, number]): string;
}

/** Where else the units that are on all along the brushed stretch are on. */
export function Similar({ found, values, hiddenSize, span: [first, last], hrefTo }: SimilarProps) {
  const { units, spans } = useMemo(
    () => similarSpans(values, hiddenSize, { from: first, to: last + 1, limit: 8 }),
    [values, hiddenSize, first, last],
  );
  const textBetween = (from: number, to: number) =>
    shownPiece(found.texts.slice(Math.max(0, from), Math.max(0, to)).join(""));
  return (
    <div data-testid="similar">
      <h3>
        The pattern of <code>{JSON.stringify(textBetween(first, last + 1))}</code> elsewhere
      </h3>
      <p class="note">
        {units.length === 0
          ? "No unit is on (beyond ±0.3) all along; brush fewer tokens."
          : `${units.length} units are on all along${spans.length === 0 ? ", and nowhere else" : ""}: ${units.slice(0, 16).join(", ")}${units.length > 16 ? ", …" : ""}`}
      </p>
      <table class="passages">
        <tbody>
          {spans.map(({ from, to, score }) => (
            <tr key={from}>
              <td class="numbers">{score.toFixed(2)}</td>
              <td>
                <a href={hrefTo([from, to - 1])}>
                  <code>
                    {textBetween(from - SURROUNDINGS, from)}
                    <mark>{textBetween(from, to)}</mark>
                    {textBetween(to, to + SURROUNDINGS)}
                  </code>
                </a>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
