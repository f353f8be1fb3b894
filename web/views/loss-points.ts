import type { Reach } from "unrolled/inspect";
import type { CurvePoint } from "../figures/curves.tsx";

/** Loss over the length of context, with its interval, to be drawn. */
export function lossPoints({ contexts }: Reach): CurvePoint[] {
  return contexts.map(({ context, lossNats, interval: [least, most] }) => ({
    x: context,
    y: lossNats,
    least,
    most,
  }));
}
