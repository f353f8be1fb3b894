import { wordOption } from "../../options/option.ts";

/** The recurrent cell of a language model, and what each can be told. */
export const CELL_OPTIONS = {
  cell: wordOption(["elman", "lstm", "gru"], {
    default: "lstm",
    placeholder: "kind",
    group: "Model:",
    help: "recurrent cell",
  }),
  nonlinearity: wordOption(["tanh", "relu"], {
    default: "tanh",
    placeholder: "kind",
    group: "Model:",
    only: { option: "cell", words: ["elman"] },
    help: "of the Elman cell",
  }),
} as const;
