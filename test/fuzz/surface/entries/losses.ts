// Losses, what becomes of sequences, attention, and first weights.
import { type Entry, entry } from "../entry.ts";
import * as u from "../public-names.ts";
import type { World } from "../world.ts";

/** Which losses count, over [T, B] or more. */
function lossOptions(w: World, shape: readonly number[]): Record<string, unknown> {
  const [steps, batch = 1] = shape;
  const lengths = shape.length > 1 && w.chance(0.4) ? w.lengths(batch, steps) : undefined;
  return {
    ...(lengths ? { lengths } : {}),
    ...(w.chance(0.3) ? { mask: w.ids(shape, 2) } : {}),
    ...(w.chance(0.3) ? { weight: w.fresh(shape) } : {}),
    ...w.option("reduction", ["mean", "sum", "none"]),
  };
}

const ofTwo = (
  name: "meanSquare" | "meanAbsolute" | "huber" | "cosineDistance" | "klDivergence" | "hinge",
): Entry =>
  entry(
    name,
    (w) => {
      const shape = w.shape();
      const losses = name === "cosineDistance" || name === "klDivergence" ? shape.slice(0, -1) : shape;
      return [w.floats(shape), w.fresh(shape), lossOptions(w, losses.length > 0 ? losses : [1])];
    },
    u[name],
  );

const stepsOptions = (w: World, steps: number, batch: number) => {
  const lengths = w.lengths(batch, steps);
  return lengths ? { lengths } : {};
};

/** Losses of so many parameters for each number that is to come. */
const likelihoodOf = (
  name: "gaussianNLL" | "negativeBinomialNLL" | "studentTNLL",
  parameters: number,
): Entry =>
  entry(
    name,
    (w) => {
      const shape = w.shape(2);
      return [w.floats([...shape, parameters]), w.fresh(shape)];
    },
    u[name],
  );

export const losses: readonly Entry[] = [
  likelihoodOf("gaussianNLL", 2),
  likelihoodOf("negativeBinomialNLL", 2),
  likelihoodOf("studentTNLL", 3),
  entry(
    "pinballLoss",
    (w) => {
      const shape = w.shape(2);
      return [w.floats([...shape, 3]), w.fresh(shape), [0.1, 0.5, 0.9]];
    },
    u.pinballLoss,
  ),
  entry(
    "mixtureNLL",
    (w) => {
      const shape = w.shape(2);
      const components = w.whole(3, 1);
      return [w.floats([...shape, 6 * components + 1]), w.fresh([...shape, 3]), components];
    },
    u.mixtureNLL,
  ),
  ...(["meanSquare", "meanAbsolute", "huber", "cosineDistance", "klDivergence", "hinge"] as const).map(ofTwo),
  entry(
    "lengthMask",
    (w) => [w.device, [w.length(), w.length()], ...(w.chance(0.5) ? [w.length(6, 4)] : [])],
    u.lengthMask,
  ),
  entry(
    "pool",
    (w) => {
      const [steps, batch] = w.shape(2);
      const options = {
        ...w.option("kind", ["last", "mean", "attention"], 0.95),
        ...stepsOptions(w, steps, batch),
      };
      return [
        w.floats([steps, batch, ...w.shape(w.whole(2, 0))]),
        { ...options, scores: w.floats([steps, batch]) },
      ];
    },
    u.pool,
  ),
  entry(
    "lastOutput",
    (w) => {
      const [steps, batch] = w.shape(2);
      return [w.floats([steps, batch, 2]), stepsOptions(w, steps, batch)];
    },
    u.lastOutput,
  ),
  entry(
    "Attention",
    (w) => {
      const [steps, batch, size] = w.shape(3);
      const options = {
        ...w.option("kind", ["dot", "scaled-dot", "general", "additive"], 0.95),
        querySize: w.hostile(size, [0, 0.5, 2 ** 33]),
        memorySize: size,
      };
      const call = {
        ...stepsOptions(w, steps, batch),
        ...(w.chance(0.3) ? { values: w.floats([steps, batch, 2]) } : {}),
      };
      return [
        w.device,
        options,
        w.floats([...(w.chance(0.5) ? [2] : []), batch, size]),
        w.floats([steps, batch, size]),
        call,
      ];
    },
    (device, options, query, memory, call) => new u.Attention(device, options).forward(query, memory, call),
  ),
  entry(
    "initialise",
    (w) => [
      w.fresh(w.shape()),
      {
        ...w.option(
          "kind",
          ["zeros", "normal", "uniform", "xavier", "kaiming", "orthogonal", "identity"],
          0.95,
        ),
        ...w.option("gain", [1, 2]),
        ...w.option("blocks", [1, 2]),
      },
      new u.Generator(1),
    ],
    u.initialise,
  ),
];
