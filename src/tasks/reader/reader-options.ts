// The network that reads a sequence, whatever is made of what it has read: recurrent layers over tokens or numbers.
import { flagOption, numberOption, shareOption } from "../../options/option.ts";
import { CELL_OPTIONS } from "../language/cell-options.ts";

const MODEL = "Model:";

/** Options of a reader of sequences. */
export const READER_OPTIONS = {
  ...CELL_OPTIONS,
  hiddenSize: numberOption(
    { whole: true, atLeast: 1 },
    { default: 96, placeholder: "n", group: MODEL, help: "units per layer and direction" },
  ),
  numLayers: numberOption(
    { whole: true, atLeast: 1 },
    { default: 1, placeholder: "n", group: MODEL, help: "recurrent layers" },
  ),
  bidirectional: flagOption({
    default: true,
    group: MODEL,
    help: "read forwards alone, which can be streamed",
  }),
  dropout: shareOption({
    default: 0.5,
    placeholder: "p",
    group: MODEL,
    help: "dropout before and behind the recurrent layers",
  }),
} as const;
