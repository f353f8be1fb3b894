import { type Entry, entry } from "../entry.ts";
import * as u from "../public-names.ts";
import type { World } from "../world.ts";

const RATE = [0.1, 0, -1];
const SHARE = [0, 0.9, 1];

/** Two parameters, of which the first has a gradient, and may stand elsewhere. */
function parameters(w: World): u.Tensor[] {
  const made = [w.fresh([2, 3]), new u.Parameter(w.chance(0.05) ? w.other : w.device, [3])];
  return w.hostile(made, [[]]);
}

function learn(parameters: readonly u.Tensor[], optimiser: u.Optimiser): unknown {
  const loss = u.sum(u.square(parameters[1]));
  loss.backward();
  optimiser.step();
  optimiser.step();
  return [optimiser, parameters, optimiser.stateDict()];
}

const optimiser = (name: "SGD" | "RMSprop" | "Adam" | "AdamW"): Entry =>
  entry(
    name,
    (w) => {
      const options = {
        learningRate: w.number(0.1),
        ...(name === "SGD" ? { ...w.option("momentum", SHARE), ...w.option("nesterov", [true, false]) } : {}),
        ...(name === "RMSprop" ? { ...w.option("alpha", SHARE), ...w.option("momentum", SHARE) } : {}),
        ...(name.startsWith("Adam")
          ? w.option("betas", [
              [0.9, 0.99],
              [0.5, 1],
            ])
          : {}),
        ...w.option("weightDecay", RATE),
      };
      return [parameters(w), options];
    },
    (given, options) => learn(given, new u[name](given, options)),
  );

const generator = (seed = 3) => new u.Generator(seed);

export const training: readonly Entry[] = [
  ...(["SGD", "RMSprop", "Adam", "AdamW"] as const).map(optimiser),
  entry(
    "Optimiser.apply",
    (w) => {
      const range = { index: w.hostile(0, [1, -1, 0.5, 2 ** 33]), from: w.length(2, 0), to: w.length(6, 3) };
      return [parameters(w), w.hostile([w.floats([2, 3])], [[2 ** 33], [w.floats([1])]]), [range]];
    },
    (given, gradients, ranges) => {
      const made = new u.SGD(given, { learningRate: 0.1 });
      made.apply(gradients, ranges);
      return given;
    },
  ),
  entry(
    "WeightAverage",
    (w) => {
      const kind = w.pick([{ kind: "mean" }, { kind: "exponential", decay: w.number(0.9) }]);
      const ranges = w.chance(0.4)
        ? [{ index: w.length(1, 0), from: w.length(1, 0), to: w.length(3, 1) }]
        : undefined;
      return [parameters(w), kind, w.chance(0.2) ? [w.floats([2, 3]), w.floats([3])] : undefined, ranges];
    },
    (given, kind, averages, ranges) => {
      const average = new u.WeightAverage(given, kind, averages);
      average.update(ranges);
      average.swap();
      return [average, given, average.state()];
    },
  ),
  entry(
    "WeightAverage.restore",
    (w) => [w.device, { updates: w.length(3, 0), remaining: w.number(0.5) }],
    (device, state) => {
      const average = new u.WeightAverage([new u.Parameter(device, [2])]);
      average.restore(state);
      average.update();
      return average.averages;
    },
  ),
  entry(
    "clipGradNorm",
    (w) => [w.fresh([2, 3]), w.number(0.5)],
    (x, norm) => {
      const leaf = u.tensor(x.device, new Float32Array(6).fill(1), [2, 3], { requiresGrad: true });
      u.sum(u.multiply(leaf, x)).backward();
      return [u.clipGradNorm([leaf], norm), leaf.grad];
    },
  ),
  entry(
    "LearningRate",
    (w) => {
      const kind = w.hostile(w.pick(["constant", "cosine", "step", "decay", "plateau"]), ["none of them"]);
      const options = {
        ...w.option("warmup", SHARE),
        ...w.option("floor", SHARE),
        ...w.option("every", [1, 2]),
        ...w.option("factor", SHARE),
        ...w.option("patience", [1, 2]),
      };
      return [
        w.number(0.1),
        { kind, ...options, ...(kind === "decay" ? { from: w.length(3, 0) } : {}) },
        { step: w.length(9, 0), epoch: w.length(9, 0), progress: w.number(0.5) },
        w.number(),
      ];
    },
    (rate, schedule, place, loss) => {
      const made = new u.LearningRate(rate, schedule);
      made.observe(loss);
      made.restore(made.state());
      return made.rateAt(place);
    },
  ),
  entry(
    "EarlyStopping",
    (w) => [w.length(), w.number()],
    (patience, loss) => {
      const made = new u.EarlyStopping(patience);
      return [made.observe(loss), made.observe(loss)];
    },
  ),
  entry(
    "NonMonotoneTrigger",
    (w) => [{ ...w.option("n", [1, 2]), ...w.option("interval", [1, 2]) }, w.number()],
    (options, loss) => {
      const made = new u.NonMonotoneTrigger(options);
      return [made.observe(loss), made.observe(loss)];
    },
  ),
  entry(
    "Dropout.place",
    (w) => [
      w.hostile(null, [
        { seed: 2 ** 32, place: 0, draw: 0 },
        { seed: 1, place: 2, draw: -1 },
      ]),
      w.floats(w.shape()),
    ],
    (state, x) => {
      const dropout = new u.Dropout(0.5, { generator: generator() });
      dropout.place.restore(state ?? dropout.place.state());
      return dropout.forward(x);
    },
  ),
  entry(
    "Generator",
    (w) => [w.length(99, 0), w.length(9, 1), w.hostile(3, [-1, 0.5, 2 ** 53])],
    (seed, n, place) => {
      const made = new u.Generator(seed);
      return [made.integer(n), made.fork(place).uniform()];
    },
  ),
  entry(
    "Generator.permutation",
    (w) => [w.hostile(5, [-1, 0.5, Number.NaN, 2 ** 53])],
    (n) => generator().permutation(n),
  ),
  entry(
    "padSequences",
    (w) => [
      w.device,
      w.hostile([w.idList(3, 9), w.idList(2, 9)], [[], [[]]]),
      ...(w.chance(0.3) ? [w.idList(1, 3)[0]] : []),
    ],
    u.padSequences,
  ),
  entry(
    "batches",
    (w) => [[1, 2, 3], w.length()],
    (items, size) => [...u.batches(items, size, generator())],
  ),
  entry(
    "stratifiedSplit",
    (w) => [[1, 2, 3, 4], w.number(0.5)],
    (items, share) => u.stratifiedSplit(items, (item) => (item as number) % 2, share, generator()),
  ),
  entry(
    "tokenStreams",
    (w) => [Int32Array.from({ length: 20 }, (_, at) => at), w.length(3), w.length(3), w.length(1, 0)],
    (ids, batch, steps, sequence) => {
      const streams = u.tokenStreams(ids, batch, steps);
      const room = new Int32Array(9);
      return [streams.batch(sequence, room, room), room];
    },
  ),
  entry(
    "sampleToken",
    (w) => {
      const options = {
        ...w.option("temperature", [0, 1]),
        ...w.option("topK", [0, 2]),
        ...w.option("topP", [0.5, 1]),
        ...w.option("minP", [0, 0.1]),
        ...w.option("repetitionPenalty", [1, 2]),
        ...w.option("forbiddenIds", [[0], [7]]),
      };
      return [
        Float32Array.from({ length: 5 }, () => (w.chance(0.05) ? Number.NaN : w.random.uniform())),
        options,
      ];
    },
    (logits, options) => u.sampleToken(logits, options, generator()),
  ),
];
