import { numberOption, type Option } from "../../options/option.ts";

/** The heading of what a network is. */
export const MODEL = "Model:";

/** How much there is of a part of the network: units, layers. */
export function sizeOption(byDefault: number, help: string, atLeast: 0 | 1 = 1): Option<number> {
  return numberOption({ whole: true, atLeast }, { default: byDefault, placeholder: "n", group: MODEL, help });
}
