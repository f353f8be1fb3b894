import { describe, expect, it } from "vitest";
import { languageNetwork } from "../../test/language-network.ts";
import { Network } from "../networks/network.ts";
import { openDevice } from "../tensor/device.ts";
import { gradientsThroughTime } from "./gradients-through-time.ts";
import { outputGradients } from "./output-gradients.ts";
import { traceNetwork } from "./trace-network.ts";

const device = await openDevice({ backend: "reference" });

describe("gradients of outputs", () => {
  const [T, H] = [5, 3];
  const options = { inputSize: 2, hiddenSize: H, batchFirst: true, direction: "bidirectional" } as const;
  const linear = (inputSize: number) => ({ kind: "linear", inputSize, outputSize: 2, bias: true }) as const;
  // A second way from numbers to the output stands beside the recurrent layer, as in a forecaster.
  const network = new Network(device, {
    inputs: [
      { name: "xs", axes: ["B", "T", 2], kind: "float" },
      { name: "lags", axes: ["B", T], kind: "float" },
    ],
    layers: [
      { name: "rnn", inputs: ["xs"], config: { kind: "lstm", options, returns: "last" } },
      { name: "head", inputs: ["rnn"], config: linear(2 * H) },
      { name: "straight", inputs: ["lags"], config: linear(T) },
      { name: "sum", inputs: ["head", "straight"], config: { kind: "add" } },
    ],
    outputs: [{ name: "said", from: "sum" }],
  });
  const xs = Float64Array.from({ length: T * 2 }, (_, at) => Math.sin(at + 1));
  const lags = Float64Array.from({ length: T }, (_, at) => Math.cos(at));
  const weights = [0.7, -1.3];
  const inputsOf = (xs: Float64Array, lags: Float64Array) => ({
    xs: { shape: [1, T, 2], data: xs },
    lags: { shape: [1, T], data: lags },
  });
  const said = (xs: Float64Array, lags: Float64Array) =>
    Array.from(traceNetwork(network, inputsOf(xs, lags)).outputs.said.data as ArrayLike<number>).reduce(
      (sum, value, at) => sum + weights[at] * value,
      0,
    );
  const moved = (values: Float64Array, place: number, by: number) =>
    values.map((value, at) => (at === place ? value + by : value));

  it("are slopes of the weighted sum, both ways and by the way around the recurrent layer", () => {
    const found = outputGradients(network, inputsOf(xs, lags), { said: weights });
    const step = 1e-2;
    expect(found.steps).toBe(T);
    expect([...found.xs]).toEqual([...Float32Array.from(xs)]);
    for (let at = 0; at < xs.length; at++) {
      const slope = (said(moved(xs, at, step), lags) - said(moved(xs, at, -step), lags)) / (2 * step);
      expect(found.dxs[at], `dxs[${at}]`).toBeCloseTo(slope, 4);
    }
    for (let at = 0; at < lags.length; at++) {
      const slope = (said(xs, moved(lags, at, step)) - said(xs, moved(lags, at, -step))) / (2 * step);
      expect(found.inputs.lags[at], `lags[${at}]`).toBeCloseTo(slope, 5);
    }
    expect(found.layers.map(({ direction }) => direction)).toEqual(["forward", "backward"]);
    expect(found.layers[0].states.h[T - 1]).toBeGreaterThan(0);
    expect(network.parameters().every(({ grad, requiresGrad }) => requiresGrad && grad === undefined)).toBe(
      true,
    );
  });

  it("of a loss's own slopes are the gradients through time of that prediction", async () => {
    const sizes = { vocabularySize: 9, embeddingSize: 3, hiddenSize: 4, numLayers: 2 };
    const language = languageNetwork(device, "lstm", sizes, 3);
    const ids = [3, 1, 4, 1, 5, 2, 6];
    const [P, t] = [ids.length - 1, 4];
    const known = await gradientsThroughTime(language, ids, { jacobianSteps: 0 });
    const [{ name, axes }] = language.config.inputs;
    const given = { [name]: { shape: axes[0] === "B" ? [1, P] : [P, 1], data: ids.slice(0, P) } };
    const [[output, { data }]] = Object.entries(traceNetwork(language, given).outputs);
    const row = Array.from(data as ArrayLike<number>).slice(9 * t, 9 * (t + 1));
    const sum = row.reduce((so, logit) => so + Math.exp(logit), 0);
    const slopes = new Float64Array(9 * P);
    row.forEach((logit, id) => {
      slopes[9 * t + id] = Math.exp(logit) / sum - Number(id === ids[t + 1]);
    });
    const found = outputGradients(language, given, { [output]: slopes });
    for (let s = 0; s < P; s++) {
      const norm = Math.hypot(...found.dxs.subarray(3 * s, 3 * (s + 1)));
      expect(norm, `x_${s}`).toBeCloseTo(known.inputs[t * P + s], 5);
      for (const [layer, { states }] of found.layers.entries())
        for (const state of ["h", "c"])
          expect(states[state][s], `${state}_${s}`).toBeCloseTo(
            known.layers[layer].states[state][t * P + s],
            5,
          );
    }
  });

  it("names what it cannot be asked", () => {
    const inputs = inputsOf(xs, lags);
    expect(() => outputGradients(network, inputs, { other: [1] })).toThrow('weights of "other"');
    expect(() => outputGradients(network, inputs, { said: [1] })).toThrow(
      'got 1 weights of output "said", needed 2',
    );
    expect(outputGradients(network, inputs, {}).dxs.every((slope) => slope === 0)).toBe(true);
  });
});
