import type { Case } from "./case.ts";
import { lengths, rounded } from "./case.ts";
import type { Stage } from "./stage.ts";

/** Rows of logits, from one class to a vocabulary. */
const sizes: readonly (readonly [number, number])[] = [
  [1, 1],
  [1, 2],
  [3, 5],
  [2, 16],
  [4, 17],
  [7, 31],
  [5, 65],
  [2, 1000],
];

/** Logits of all kinds: flat, so far apart that all but one vanish, far from zero, and masked out by −∞. */
const kinds = [
  { name: "moderate", of: (random: number) => 4 * random },
  { name: "saturating", of: (random: number, j: number) => (j === 0 ? 80 : 0) + 90 * random },
  { name: "far from zero", of: (random: number) => 400 + random },
  { name: "masked", of: (random: number, j: number) => (j % 3 === 1 ? Number.NEGATIVE_INFINITY : random) },
];

function logitsOf(stage: Stage, name: string, kind: (typeof kinds)[number], m: number, n: number): number {
  return stage.floats(
    name,
    Array.from({ length: m * n }, (_, i) => kind.of(stage.random.uniformBetween(-1, 1), i % n)),
  );
}

// Logits around 100 and 400 round to 2⁻¹⁸ and 2⁻¹⁶, and so does the logarithm of their sum.
const logitTolerance = { relative: 1e-5, absolute: 4e-5 };

const likeliestCases: Case[] = sizes.flatMap(([m, n]) =>
  [...new Set([1, Math.min(3, n), n])].flatMap((count) =>
    ["all different", "many equal"].map(
      (kind): Case => ({
        name: `${count} of ${m}×${n}, ${kind}`,
        kernel: "likeliest",
        tolerance: rounded,
        run(stage) {
          const entries = Array.from({ length: m * n }, () =>
            kind === "many equal" ? stage.random.integer(3) - 1 : stage.random.uniformBetween(-1, 1),
          );
          const places = stage.ints("places", new Array(m * count).fill(0));
          const [x, logs] = [stage.floats("x", entries), stage.uniform("logs", m * count)];
          stage.kernels.likeliest({ x, logs, places, m, n, count });
        },
      }),
    ),
  ),
);

const softmaxCases: Case[] = sizes.flatMap(([m, n]) =>
  [0, 1].flatMap((logarithm): Case[] => {
    const form = logarithm ? ", logarithm" : "";
    return [
      ...kinds.map(
        (kind): Case => ({
          name: `${m}×${n}, ${kind.name}${form}`,
          kernel: "softmax",
          tolerance: kind.name === "moderate" || kind.name === "masked" ? rounded : logitTolerance,
          run(stage) {
            const x = logitsOf(stage, "x", kind, m, n);
            stage.kernels.softmax({ x, y: stage.uniform("y", m * n), m, n, logarithm });
          },
        }),
      ),
      {
        name: `${m}×${n}, one entry not a number${form}`,
        kernel: "softmax",
        tolerance: rounded,
        run(stage) {
          const values = Array.from({ length: m * n }, () => stage.random.uniformBetween(-1, 1));
          values[n - 1] = Number.NaN;
          stage.kernels.softmax({
            x: stage.floats("x", values),
            y: stage.uniform("y", m * n),
            m,
            n,
            logarithm,
          });
        },
      },
      {
        name: `${m}×${n}${form}`,
        kernel: "softmaxBackward",
        // A row's sum of gradients adds up to a thousand roundings.
        tolerance: { relative: 5e-6, absolute: 5e-6 },
        run(stage) {
          const y = logarithm ? stage.uniform("y", m * n, -5, 0) : stage.uniform("y", m * n, 0, 2 / n);
          const [dy, dx] = ["dy", "dx"].map((name) => stage.uniform(name, m * n));
          stage.kernels.softmaxBackward({ y, dy, dx, m, n, logarithm });
        },
      },
    ];
  }),
);

const logSumCases: Case[] = sizes.flatMap(([m, n]): Case[] => [
  ...kinds.map(
    (kind): Case => ({
      name: `${m}×${n}, ${kind.name}`,
      kernel: "logSumExp",
      tolerance: kind.name === "moderate" || kind.name === "masked" ? rounded : logitTolerance,
      run: (stage) => stage.kernels.logSumExp(logitsOf(stage, "x", kind, m, n), stage.uniform("y", m), m, n),
    }),
  ),
  ...[Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN].map(
    (entry): Case => ({
      name: `${m}×${n}, all ${entry}`,
      kernel: "logSumExp",
      tolerance: rounded,
      run(stage) {
        const x = stage.floats("x", new Array(m * n).fill(entry));
        stage.kernels.logSumExp(x, stage.uniform("y", m), m, n);
      },
    }),
  ),
  {
    name: `${m}×${n}`,
    kernel: "logSumExpBackward",
    tolerance: rounded,
    run(stage) {
      const x = stage.uniform("x", m * n, -5, 0);
      const [y, dy] = ["y", "dy"].map((name) => stage.uniform(name, m, 0, 2));
      stage.kernels.logSumExpBackward({ x, y, dy, dx: stage.uniform("dx", m * n), m, n });
    },
  },
  {
    name: `${m}×${n}, a row of −∞`,
    kernel: "logSumExpBackward",
    tolerance: rounded,
    run(stage) {
      const x = stage.floats("x", new Array(m * n).fill(Number.NEGATIVE_INFINITY));
      const y = stage.floats("y", new Array(m).fill(Number.NEGATIVE_INFINITY));
      const [dy, dx] = [stage.uniform("dy", m), stage.uniform("dx", m * n)];
      stage.kernels.logSumExpBackward({ x, y, dy, dx, m, n });
    },
  },
]);

/** Targets through all classes, every fourth to be ignored. */
function targetsOf(m: number, n: number, ignoreIndex: number): number[] {
  return Array.from({ length: m }, (_, i) => (i % 4 === 1 ? ignoreIndex : (i * 7 + n - 1) % n));
}

const crossEntropyCases: Case[] = sizes.flatMap(([m, n]) =>
  [-100, 0].flatMap((ignoreIndex) =>
    [0, 0.1].flatMap((smoothing) =>
      kinds
        // The mean of a row with −∞ has no place in a smoothed target.
        .filter(({ name }) => name !== "masked" || smoothing === 0)
        .flatMap((kind): Case[] => {
          const name = `${m}×${n}, ${kind.name}, ignoring ${ignoreIndex}, smoothing ${smoothing}`;
          return [
            {
              name,
              kernel: "crossEntropy",
              tolerance: kind.name === "moderate" || kind.name === "masked" ? rounded : logitTolerance,
              run(stage) {
                const logits = logitsOf(stage, "logits", kind, m, n);
                const targets = stage.ints("targets", targetsOf(m, n, ignoreIndex));
                const losses = stage.uniform("losses", m);
                const logSums = stage.uniform("logSums", m);
                stage.kernels.crossEntropy({
                  logits,
                  targets,
                  losses,
                  logSums,
                  ignoreIndex,
                  smoothing,
                  m,
                  n,
                });
              },
            },
            ...[0, 1].map(
              (accumulate): Case => ({
                name: `${name}${accumulate ? ", accumulate" : ""}`,
                kernel: "crossEntropyBackward",
                tolerance: kind.name === "moderate" ? rounded : logitTolerance,
                run(stage) {
                  const logits = logitsOf(stage, "logits", kind, m, n);
                  const targets = stage.ints("targets", targetsOf(m, n, ignoreIndex));
                  const low = kind.name === "far from zero" ? 400 : 6;
                  const shift = (kind.name === "saturating" ? 170 : low + 1) + Math.log(n);
                  const logSums = stage.floats("logSums", new Array(m).fill(shift));
                  const dlosses = stage.uniform("dlosses", m);
                  const dlogits = stage.uniform("dlogits", m * n);
                  stage.kernels.crossEntropyBackward({
                    logits,
                    targets,
                    logSums,
                    dlosses,
                    dlogits,
                    ignoreIndex,
                    smoothing,
                    m,
                    n,
                    accumulate,
                  });
                },
              }),
            ),
          ];
        }),
    ),
  ),
);

/** Logits far out on both sides between moderate ones, and targets from 0 to 1. */
function binaryArguments(stage: Stage, n: number): readonly [number, number] {
  const far = [-1000, -100, -20, 0, 20, 100, 1000];
  const logits = Array.from({ length: n }, (_, i) =>
    i % 3 === 2 ? far[stage.random.integer(far.length)] : stage.random.uniformBetween(-4, 4),
  );
  const targets = Array.from({ length: n }, (_, i) => [0, 1, stage.random.uniform()][(i + (i >> 2)) % 3]);
  return [stage.floats("logits", logits), stage.floats("targets", targets)];
}

const binaryCases: Case[] = lengths.flatMap((n): Case[] => [
  {
    name: `n ${n}`,
    kernel: "binaryCrossEntropy",
    tolerance: rounded,
    run(stage) {
      const [logits, targets] = binaryArguments(stage, n);
      stage.kernels.binaryCrossEntropy(logits, targets, stage.uniform("losses", n), n);
    },
  },
  {
    name: `n ${n}`,
    kernel: "binaryCrossEntropyBackward",
    tolerance: rounded,
    run(stage) {
      const [logits, targets] = binaryArguments(stage, n);
      const dlosses = stage.uniform("dlosses", n);
      stage.kernels.binaryCrossEntropyBackward({
        logits,
        targets,
        dlosses,
        dlogits: stage.uniform("dlogits", n),
        n,
      });
    },
  },
]);

export const lossCases: readonly Case[] = [
  ...softmaxCases,
  ...likeliestCases,
  ...logSumCases,
  ...crossEntropyCases,
  ...binaryCases,
];
