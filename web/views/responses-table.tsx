import type { UnitResponse } from "unrolled/inspect";
import { withMinus } from "../figures/minus.ts";

/** What a unit follows most closely. */
export function ResponsesTable({ found }: { readonly found: UnitResponse }) {
  if (found.responses.length === 0)
    return <p class="note">The text is too short to say what the unit responds to.</p>;
  return (
    <table class="numbers">
      <thead>
        <tr>
          <th scope="col">responds to</th>
          <th scope="col">correlation</th>
          <th scope="col">area under the curve</th>
        </tr>
      </thead>
      <tbody>
        {found.responses.slice(0, 4).map(({ feature, correlation, areaUnderCurve }) => (
          <tr key={feature}>
            <th scope="row">{feature}</th>
            <td>{withMinus(correlation.toFixed(3))}</td>
            <td>{areaUnderCurve?.toFixed(3) ?? "–"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
