// The network that reads a sequence, whatever is made of what it has read: recurrent layers over tokens or numbers.
import { flagOption, shareOption } from "../../options/option.ts";
import { CELL_OPTIONS } from "../language/cell-options.ts";
import { MODEL, sizeOption } from "./model-options.ts";

/** Options of a reader of sequences. */
export const READER_OPTIONS = {
  ...CELL_OPTIONS,
  hiddenSize: sizeOption(96, "units per layer and direction"),
  numLayers: sizeOption(1, "recurrent layers"),
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
