import { expect, test } from "vitest";
import { gaussianNLL, mixtureNLL, negativeBinomialNLL, pinballLoss, studentTNLL } from "../src/entries/nn.ts";
import { Generator, openDevice, tensor } from "../src/index.ts";
import { gaussian } from "../src/losses/gaussian-nll.ts";
import type { Likelihood } from "../src/losses/likelihood.ts";
import { digamma, logGamma } from "../src/losses/log-gamma.ts";
import { mixture } from "../src/losses/mixture-nll.ts";
import { negativeBinomial } from "../src/losses/negative-binomial-nll.ts";
import { studentT } from "../src/losses/student-t-nll.ts";

const device = await openDevice({ backend: "wasm" });

/** softplus⁻¹, so that a parameter can be said as it is in other libraries. */
const raw = (value: number) => Math.log(Math.expm1(value));

test("log Γ and its derivative are as SciPy has them", () => {
  for (const [x, value, slope] of [
    [0.1, 2.252712651734206, -10.423754940411076],
    [0.5, 0.5723649429247001, -1.9635100260214235],
    [1, 0, -0.5772156649015329],
    [3.7, 1.428072326665388, 1.1671535393615113],
    [50, 144.56574394634487, 3.901989673427892],
  ]) {
    expect(logGamma(x), `log Γ(${x})`).toBeCloseTo(value, 12);
    expect(digamma(x), `ψ(${x})`).toBeCloseTo(slope, 12);
  }
});

const CASES: readonly (readonly [string, Likelihood, number[], number[]])[] = [
  ["gaussian", gaussian, [0.4, -0.3], [1.7]],
  ["student-t", studentT, [0.4, -0.3, 0.8], [-2.2]],
  ["negative binomial", negativeBinomial(), [1.3, -0.5], [4]],
  ["negative binomial of a scale", negativeBinomial(7), [0.3, 0.5], [0]],
  [
    "mixture",
    mixture(2),
    [0.3, 0.1, -0.4, 0.2, -0.6, 0.7, -0.5, 1.1, 0.3, -0.2, 0.4, -0.9, 0.35],
    [0.6, -0.2, 1],
  ],
];

test.each(CASES)("the gradient of %s is that of central differences", (_, likelihood, numbers, targets) => {
  const [gradient, ignored] = [new Float64Array(numbers.length), new Float64Array(numbers.length)];
  likelihood.loss(numbers, 0, targets, 0, gradient);
  for (let at = 0; at < numbers.length; at++) {
    const lossAt = (step: number) =>
      likelihood.loss(numbers.with(at, numbers[at] + step), 0, targets, 0, ignored);
    const numeric = (lossAt(1e-5) - lossAt(-1e-5)) / 2e-5;
    expect(gradient[at], `parameter ${at}: analytic ${gradient[at]}, numeric ${numeric}`).toBeCloseTo(
      numeric,
      7,
    );
  }
});

test.each(CASES)("the mean of what %s draws is its mean", (_, likelihood, numbers) => {
  const generator = new Generator(3);
  const wanted = likelihood.mean(numbers, 0);
  const sums = wanted.map(() => 0);
  const draws = 40_000;
  for (let each = 0; each < draws; each++)
    for (const [place, value] of likelihood.draw(numbers, 0, generator).entries())
      sums[place] += value / draws;
  for (const [place, mean] of wanted.entries())
    expect(Math.abs(sums[place] - mean), `${sums[place]}, needed ${mean}`).toBeLessThan(
      0.03 * (1 + Math.abs(mean)),
    );
});

test("densities are as SciPy has them", async () => {
  const one = (numbers: number[]) => tensor(device, numbers, [1, numbers.length]);
  const target = (value: number) => tensor(device, [value], [1]);
  // scipy.stats: norm.logpdf(1.7, 0.4, 0.8), t.logpdf(-2.2, 5, 0.4, 0.8), nbinom.logpmf(4, 2, 1 / (1 + 0.5 * 3)).
  expect(await gaussianNLL(one([0.4, raw(0.799)]), target(1.7)).item()).toBeCloseTo(2.0161074818904625, 4);
  expect(await studentTNLL(one([0.4, raw(0.799), raw(3)]), target(-2.2)).item()).toBeCloseTo(
    4.151754823112992,
    4,
  );
  expect(await negativeBinomialNLL(one([raw(3), raw(0.5)]), target(4)).item()).toBeCloseTo(
    2.2664460463781726,
    4,
  );
});

test("the pinball loss by hand, with a missing target", async () => {
  const said = tensor(device, [1, 2, 3, 5, 0, 0], [3, 2], { requiresGrad: true });
  const loss = pinballLoss(said, tensor(device, [4, 3, Number.NaN], [3]), [0.1, 0.5]);
  // 0.1·3 + 0.5·2, and at the second target 0 and 0.5·2.
  expect(await loss.item()).toBeCloseTo((0.3 + 1 + 0 + 1) / 4, 6);
  loss.backward();
  expect(Array.from(await said.grad!.toArray(), (each) => Math.round(each * 1e6) / 1e6)).toEqual([
    -0.025, -0.125, -0.025, 0.125, 0, 0,
  ]);
});

test("the pinball loss with a weight for each target", async () => {
  const said = tensor(device, [1, 2, 3, 5], [2, 2], { requiresGrad: true });
  const targets = tensor(device, [4, 3], [2]);
  const loss = pinballLoss(said, targets, [0.1, 0.5], [2, 10]);
  expect(await loss.item()).toBeCloseTo((2 * 0.3 + 2 * 1 + 0 + 10 * 1) / 4, 6);
  loss.backward();
  const gradient = await said.grad!.toArray();
  for (const [at, wanted] of [-0.05, -0.25, -0.25, 1.25].entries())
    expect(gradient[at]).toBeCloseTo(wanted, 6);
  expect(() => pinballLoss(said, targets, [0.1, 0.5], [1])).toThrow(
    "weights is 1, needed one for each target: 2",
  );
});

test("shapes that do not fit are refused", () => {
  const zeros = (...shape: number[]) =>
    tensor(device, new Float32Array(shape.reduce((a, b) => a * b)), shape);
  expect(() => gaussianNLL(zeros(4, 3), zeros(4))).toThrow(
    "gaussianNLL: parameters [4, 3] and targets [4], needed 2 parameters for each target",
  );
  expect(() => mixtureNLL(zeros(4, 13), zeros(4, 2), 2)).toThrow(
    "needed 13 parameters for each target of 3 numbers",
  );
  expect(() => mixtureNLL(zeros(4, 13), zeros(4, 3), 0)).toThrow(
    "components is 0, needed a whole number of at least 1",
  );
  expect(() => pinballLoss(zeros(4, 2), zeros(4), [0.5])).toThrow("needed predictions [4, 1]");
  expect(() => pinballLoss(zeros(4, 1), zeros(4), [1.5])).toThrow(
    "quantiles is 1.5, needed numbers between 0 and 1",
  );
});
