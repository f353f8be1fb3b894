import { turned } from "../random/circle.ts";
import { exp } from "../random/exp.ts";
import { log } from "../random/log.ts";
import type { ResolvedFrontEnd } from "./front-end-options.ts";

/** What each sample of a frame is multiplied with; "povey" is Kaldi's, Hann's to the power of 0.85, which ends at 0 as Hamming's does not. */
export function frameWindow(kind: ResolvedFrontEnd["window"], length: number): Float64Array {
  return Float64Array.from({ length }, (_, at) => {
    const [cos] = turned(at, length - 1);
    if (kind === "hamming") return 0.54 - 0.46 * cos;
    if (kind === "hann") return 0.5 - 0.5 * cos;
    if (kind === "povey") return cos >= 1 ? 0 : exp(0.85 * log(0.5 - 0.5 * cos));
    return 1;
  });
}
