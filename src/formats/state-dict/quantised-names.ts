import type { StateDict } from "../../module/state-dict.ts";
import type { Complaint } from "./complaint.ts";

/** Names of weights in fewer bits, by what wrote them. */
const QUANTISED: readonly (readonly [names: RegExp, writer: string])[] = [
  [/(^|\.)(qweight|qzeros)$/, "GPTQ or AWQ"],
  [/\.(absmax|quant_map|SCB|weight_format|quant_state\.bitsandbytes__\w+)$/, "bitsandbytes"],
  [/(^|\.)(_packed_params(\.\w+)*)$/, "a quantised model"],
];

/** Weights in fewer bits are named for what they are, since their names and shapes would say something else. */
export function refuseQuantised(tensors: StateDict, complain: Complaint): void {
  for (const [names, writer] of QUANTISED) {
    const found = Object.keys(tensors).find((name) => names.test(name));
    if (found === undefined) continue;
    throw complain(
      `these are quantised weights of ${writer} (it has ${found}), which are not read`,
      "open the float model that they were made of",
    );
  }
}
