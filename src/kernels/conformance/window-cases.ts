import type { Case } from "./case.ts";
import { exact, rounded, shapes } from "./case.ts";

/** Fifteen numbers as `unfold` reads them, and what they are to show. */
const windows: readonly (readonly [string, readonly number[]])[] = [
  ["a frame of a signal", [1, 1, 1, 1, 640, 1, 256, 1, 128, 1, 1, 0, 0, 1, 4]],
  ["a signal with gaps, padded", [2, 1, 1, 1, 50, 1, 19, 1, 3, 1, 2, 0, 5, 1, 9]],
  ["a kernel longer than the signal", [1, 1, 2, 1, 3, 1, 7, 1, 1, 1, 1, 0, 4, 1, 5]],
  ["a padding longer than the kernel", [1, 1, 1, 1, 4, 1, 3, 1, 1, 1, 1, 0, 5, 1, 12]],
  ["three entries of many channels", [2, 1, 37, 1, 9, 1, 3, 1, 2, 1, 1, 0, 1, 1, 5]],
  ["two groups", [2, 2, 3, 1, 8, 1, 5, 1, 1, 1, 1, 0, 2, 1, 8]],
  ["an image", [2, 1, 3, 6, 7, 3, 2, 2, 1, 1, 2, 1, 0, 3, 5]],
  ["an image, wide kernel, groups", [1, 2, 1, 5, 9, 2, 4, 1, 2, 2, 1, 1, 2, 5, 4]],
];

function sizes(window: readonly number[]) {
  const [images, groups, channels, height, width, kernelHeight, kernelWidth] = window;
  const places = images * window[13] * window[14];
  return {
    x: images * groups * channels * height * width,
    patches: groups * places * channels * kernelHeight * kernelWidth,
  };
}

const patchCases: Case[] = windows.flatMap(([name, window]): Case[] => [
  ...[0, Number.NEGATIVE_INFINITY].map(
    (fill): Case => ({
      name: `${name}, outside ${fill}`,
      kernel: "unfold",
      tolerance: exact,
      run(stage) {
        const { x, patches } = sizes(window);
        const from = stage.uniform("x", x);
        stage.kernels.unfold(from, stage.ints("window", window), fill, stage.uniform("patches", patches));
      },
    }),
  ),
  {
    name,
    kernel: "fold",
    tolerance: rounded,
    run(stage) {
      const { x, patches } = sizes(window);
      const from = stage.uniform("patches", patches);
      stage.kernels.fold(from, stage.ints("window", window), stage.uniform("x", x));
    },
  },
]);

const transposeCases: Case[] = shapes.flatMap(([m, n]) =>
  [0, 1].map(
    (accumulate): Case => ({
      name: `3 of ${m}×${n}${accumulate ? ", accumulate" : ""}`,
      kernel: "transpose",
      tolerance: accumulate ? rounded : exact,
      run(stage) {
        const x = stage.uniform("x", 3 * m * n);
        stage.kernels.transpose({ x, y: stage.uniform("y", 3 * m * n), count: 3, m, n, accumulate });
      },
    }),
  ),
);

const maximaCases: Case[] = shapes.flatMap(([m, n]): Case[] => [
  ...["all different", "all equal", "a NaN in each"].map(
    (kind): Case => ({
      name: `${m}×${n}, ${kind}`,
      kernel: "rowMaxima",
      tolerance: exact,
      run(stage) {
        const entries = Array.from({ length: m * n }, () => stage.random.uniformBetween(-1, 1));
        if (kind === "all equal") entries.fill(-0.5);
        if (kind === "a NaN in each") for (let i = 0; i < m; i++) entries[i * n + (n >> 1)] = Number.NaN;
        const [x, y] = [stage.floats("x", entries), stage.uniform("y", m)];
        stage.kernels.rowMaxima({ x, y, places: stage.ints("places", new Array(m).fill(0)), m, n });
      },
    }),
  ),
  {
    name: `${m}×${n}`,
    kernel: "rowMaximaBackward",
    tolerance: rounded,
    run(stage) {
      const dy = stage.uniform("dy", m);
      const places = Array.from({ length: m }, () => stage.random.integer(n));
      const dx = stage.uniform("dx", m * n);
      stage.kernels.rowMaximaBackward({ dy, places: stage.ints("places", places), dx, m, n });
    },
  },
]);

/** Images, channels and positions of a batch. */
const batches = [
  [1, 1, 1],
  [5, 3, 1],
  [4, 2, 17],
  [2, 5, 33],
  [3, 4, 100],
] as const;

const moved = { relative: 1e-5, absolute: 1e-5 };

const batchNormCases: Case[] = batches.flatMap(([images, channels, positions]): Case[] => {
  const size = images * channels * positions;
  const name = `${images}×${channels}×${positions}`;
  return [
    {
      name,
      kernel: "batchMoments",
      tolerance: moved,
      run(stage) {
        const x = stage.uniform("x", size, -2, 3);
        stage.kernels.batchMoments({
          x,
          moments: stage.uniform("moments", 2 * channels),
          images,
          channels,
          positions,
        });
      },
    },
    {
      name,
      kernel: "batchNorm",
      tolerance: moved,
      run(stage) {
        const x = stage.uniform("x", size, -2, 3);
        const moments = stage.uniform("moments", 2 * channels, 0.1, 1);
        const [weight, bias] = ["weight", "bias"].map((each) => stage.uniform(each, channels));
        const y = stage.uniform("y", size);
        stage.kernels.batchNorm({ x, moments, weight, bias, y, epsilon: 1e-3, images, channels, positions });
      },
    },
    ...[0, 1].map(
      (constant): Case => ({
        name: `${name}${constant ? ", given moments" : ""}`,
        kernel: "batchNormBackward",
        tolerance: moved,
        run(stage) {
          const x = stage.uniform("x", size, -2, 3);
          const moments = stage.uniform("moments", 2 * channels, 0.1, 1);
          const weight = stage.uniform("weight", channels);
          const [dy, dx] = ["dy", "dx"].map((each) => stage.uniform(each, size));
          const [dweight, dbias] = ["dweight", "dbias"].map((each) => stage.uniform(each, channels));
          stage.kernels.batchNormBackward({
            x,
            moments,
            weight,
            dy,
            dx,
            dweight,
            dbias,
            epsilon: 1e-3,
            constant,
            images,
            channels,
            positions,
          });
        },
      }),
    ),
  ];
});

export const windowCases: readonly Case[] = [
  ...patchCases,
  ...transposeCases,
  ...maximaCases,
  ...batchNormCases,
];
