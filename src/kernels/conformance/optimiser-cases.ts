import type { Case } from "./case.ts";
import { lengths } from "./case.ts";

const tolerance = { relative: 3e-6, absolute: 1e-6 };

const sgdCases: Case[] = [
  { momentum: 0, weightDecay: 0, nesterov: 0 },
  { momentum: 0, weightDecay: 0.1, nesterov: 0 },
  { momentum: 0.9, weightDecay: 0, nesterov: 0 },
  { momentum: 0.9, weightDecay: 0.1, nesterov: 1 },
].flatMap(({ momentum, weightDecay, nesterov }) =>
  lengths.map((n) => ({
    name: `momentum ${momentum}, weight decay ${weightDecay}, nesterov ${nesterov}, n ${n}`,
    kernel: "sgd",
    tolerance,
    run(stage) {
      const [w, g] = ["w", "g"].map((name) => stage.uniform(name, n));
      const velocity = momentum === 0 ? 0 : stage.uniform("velocity", n);
      stage.kernels.sgd({ w, g, velocity, learningRate: 0.3, momentum, weightDecay, nesterov, n });
    },
  })),
);

const adamCases: Case[] = [0, 1].flatMap((decoupled) =>
  [1, 1000].flatMap((step) =>
    [0, 0.1].flatMap((weightDecay) =>
      lengths.map(
        (n): Case => ({
          name: `decoupled ${decoupled}, weight decay ${weightDecay}, step ${step}, n ${n}`,
          kernel: "adam",
          tolerance,
          run(stage) {
            const [w, g] = ["w", "g"].map((name) => stage.uniform(name, n));
            const mean = step === 1 ? stage.floats("mean", new Array(n).fill(0)) : stage.uniform("mean", n);
            const square =
              step === 1 ? stage.floats("square", new Array(n).fill(0)) : stage.uniform("square", n, 0.01, 1);
            stage.kernels.adam({
              w,
              g,
              mean,
              square,
              learningRate: 0.01,
              beta1: 0.9,
              beta2: 0.999,
              epsilon: 1e-8,
              weightDecay,
              decoupled,
              correction1: 1 - 0.9 ** step,
              correction2: 1 - 0.999 ** step,
              n,
            });
          },
        }),
      ),
    ),
  ),
);

const rmspropCases: Case[] = [
  { momentum: 0, weightDecay: 0 },
  { momentum: 0.9, weightDecay: 0.1 },
].flatMap(({ momentum, weightDecay }) =>
  lengths.map((n) => ({
    name: `momentum ${momentum}, weight decay ${weightDecay}, n ${n}`,
    kernel: "rmsprop",
    tolerance,
    run(stage) {
      const [w, g] = ["w", "g"].map((name) => stage.uniform(name, n));
      const square = stage.uniform("square", n, 0.01, 1);
      const velocity = momentum === 0 ? 0 : stage.uniform("velocity", n);
      stage.kernels.rmsprop({
        w,
        g,
        square,
        velocity,
        learningRate: 0.01,
        alpha: 0.99,
        epsilon: 1e-8,
        momentum,
        weightDecay,
        n,
      });
    },
  })),
);

/** A gradient of zero at the first step divides zero by epsilon alone, which must not become a number out of nothing. */
const restCase: Case = {
  name: "all zero but the weights",
  kernel: "adam",
  tolerance,
  run(stage) {
    const w = stage.uniform("w", 17);
    const [g, mean, square] = ["g", "mean", "square"].map((name) =>
      stage.floats(name, new Array(17).fill(0)),
    );
    stage.kernels.adam({
      w,
      g,
      mean,
      square,
      learningRate: 0.01,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      decoupled: 1,
      correction1: 0.1,
      correction2: 0.001,
      n: 17,
    });
  },
};

export const optimiserCases: readonly Case[] = [...sgdCases, ...adamCases, ...rmspropCases, restCase];
