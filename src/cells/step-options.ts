import { numberOption, wordOption } from "../options/option.ts";

/** Options of one step that every cell has. */
export const stepOptions = {
  bias: wordOption(["double", "single", "none"], {
    default: "double",
    placeholder: "kind",
    help: "PyTorch's two bias vectors per layer and direction, one (bias_ih), or none",
  }),
  gateClip: numberOption(
    { above: 0 },
    {
      default: undefined,
      placeholder: "bound",
      help: "bound of the sums of gates and candidate, from both sides (ONNX's clip)",
    },
  ),
};
