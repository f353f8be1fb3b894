import { numberOption } from "../options/option.ts";

/** The size of an update, which every optimiser has its own idea of. */
const learningRate = (byDefault: number) =>
  numberOption({ above: 0 }, { default: byDefault, placeholder: "rate", help: "size of an update" });

const weightDecay = numberOption(
  { atLeast: 0 },
  { default: 0.01, placeholder: "rate", help: "pull of the weights towards zero" },
);

/** What training may say of each optimiser. NT-ASGD is SGD until averaging begins, and SGD with averaged weights after that. */
export const OPTIMISERS = {
  adamw: { learningRate: learningRate(0.005), weightDecay },
  adam: { learningRate: learningRate(0.005), weightDecay },
  sgd: { learningRate: learningRate(1), weightDecay },
  rmsprop: { learningRate: learningRate(0.002), weightDecay },
  "nt-asgd": {
    learningRate: learningRate(30),
    weightDecay,
    asgdPatience: numberOption(
      { whole: true, atLeast: 0 },
      {
        default: 5,
        placeholder: "n",
        help: "averaging begins at a loss no better than those before the last n evaluations",
      },
    ),
  },
} as const;
