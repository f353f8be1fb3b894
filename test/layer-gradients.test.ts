import {
  binaryCrossEntropy,
  type CrossEntropyOptions,
  crossEntropy,
  Dropout,
  Embedding,
  Generator,
  ints,
  LayerNorm,
  Linear,
  LSTM,
  Module,
  meanSquare,
  type Tensor,
  tensor,
} from "unrolled";
import { activationRegularization, EmbeddingDropout, temporalActivationRegularization } from "unrolled/nn";
import { tanh } from "unrolled/tensor";
import { describe, expect, test } from "vitest";
import { gradientErrors, leaf, numbersOf, reference, weighted } from "./gradients.ts";

describe("layers", () => {
  test.each([true, false])("Linear, bias %s", (bias) => {
    const layer = new Linear(reference, { inputSize: 5, outputSize: 3, bias });
    const x = leaf([2, 4, 5], 1);
    expect(
      gradientErrors(new Map([...layer.namedParameters(), ["x", x]]), () => weighted(layer.forward(x))),
    ).toBe("");
    expect([...layer.namedParameters().keys()]).toEqual(bias ? ["weight", "bias"] : ["weight"]);
  });

  test("Embedding", () => {
    const layer = new Embedding(reference, { vocabularySize: 5, embeddingSize: 3 });
    const ids = ints(reference, [4, 0, 4, 1, 1, 1], [3, 2]);
    expect(layer.forward(ids).shape).toEqual([3, 2, 3]);
    expect(gradientErrors(layer.namedParameters(), () => weighted(tanh(layer.forward(ids))))).toBe("");
  });

  test.each([1, 5, 17])("LayerNorm over %i features", (size) => {
    const layer = new LayerNorm(reference, size);
    layer.weight.assign(numbersOf(leaf([size], 7)));
    layer.bias.assign(numbersOf(leaf([size], 8)));
    const x = leaf([3, 2, size], 1, -2, 2);
    expect(
      gradientErrors(new Map([...layer.namedParameters(), ["x", x]]), () => weighted(layer.forward(x))),
    ).toBe("");
  });

  test("LayerNorm of a constant", () => {
    const layer = new LayerNorm(reference, 5);
    const x = tensor(reference, numbersOf(leaf([3, 5], 1)), [3, 5]);
    expect(gradientErrors(layer.namedParameters(), () => weighted(layer.forward(x)))).toBe("");
    expect(x.grad).toBeUndefined();
  });

  test.each([true, false])("Dropout, locked %s", (locked) => {
    const x = leaf([3, 2, 9], 1);
    const loss = () => weighted(new Dropout(0.5, { generator: new Generator(3), locked }).forward(x));
    expect(gradientErrors({ x }, loss)).toBe("");
  });

  test("EmbeddingDropout", () => {
    const ids = ints(reference, [4, 0, 4, 1, 3, 1], [3, 2]);
    const xs = leaf([3, 2, 4], 1);
    const loss = () =>
      weighted(new EmbeddingDropout(5, 0.5, { generator: new Generator(4) }).forward(xs, ids));
    expect(gradientErrors({ xs }, loss)).toBe("");
  });

  test("Dropout drops its share while training, another one each time, and nothing when evaluating", () => {
    const ones = tensor(reference, new Float32Array(4000).fill(1), [4, 10, 100]);
    const layer = new Dropout(0.25, { generator: new Generator(1) });
    const first = numbersOf(layer.forward(ones));
    const kept = first.filter((entry) => entry !== 0);
    expect(new Set(kept)).toEqual(new Set([1 / 0.75]));
    expect(Math.abs(kept.length / 4000 - 0.75)).toBeLessThan(0.03);
    expect(numbersOf(layer.forward(ones))).not.toEqual(first);
    expect(numbersOf(layer.eval().forward(ones))).toEqual(numbersOf(ones));
    const locked = numbersOf(new Dropout(0.25, { locked: true }).forward(ones));
    expect(locked.slice(1000, 2000)).toEqual(locked.slice(0, 1000));
  });

  test("dropout between recurrent layers is off when evaluating", () => {
    const build = (dropout: number) =>
      new LSTM(reference, {
        inputSize: 2,
        hiddenSize: 8,
        numLayers: 2,
        dropout,
        generator: new Generator(1),
      });
    const xs = leaf([3, 2, 2], 1);
    const run = (layer: LSTM) => numbersOf(layer.forward(xs).outputs);
    const [dropping, plain] = [build(0.5), build(0)];
    expect(run(dropping)).not.toEqual(run(plain));
    expect(run(dropping)).not.toEqual(run(dropping));
    expect(run(dropping.eval())).toEqual(run(plain));
  });

  test("a weight that two layers share gathers both gradients", () => {
    class Tied extends Module {
      readonly encoder = new Embedding(reference, { vocabularySize: 4, embeddingSize: 3 });
      readonly decoder = new Linear(reference, { inputSize: 3, outputSize: 4, weight: this.encoder.weight });
      forward(ids: Tensor): Tensor {
        return this.decoder.forward(tanh(this.encoder.forward(ids)));
      }
    }
    const model = new Tied();
    const ids = ints(reference, [3, 0, 3], [3]);
    expect([...model.namedParameters().keys()]).toEqual(["encoder.weight", "decoder.bias"]);
    expect(gradientErrors(model.namedParameters(), () => crossEntropy(model.forward(ids), ids))).toBe("");
  });

  test("wrong arguments are named", () => {
    expect(() => new Linear(reference, { inputSize: 0, outputSize: 2 })).toThrow("Linear: inputSize is 0");
    expect(() => new Embedding(reference, { vocabularySize: 2.5, embeddingSize: 1 })).toThrow(
      "vocabularySize is 2.5",
    );
    expect(() => new LayerNorm(reference, -1)).toThrow("LayerNorm: size is -1");
    expect(() => new LayerNorm(reference, 4).forward(leaf([2, 3], 1))).toThrow("input [2, 3] must end in 4");
    expect(() => new Dropout(1)).toThrow("Dropout: probability is 1");
    const { weight } = new Embedding(reference, { vocabularySize: 4, embeddingSize: 3 });
    expect(() => new Linear(reference, { inputSize: 5, outputSize: 4, weight })).toThrow(
      "Linear: the shared weight has shape [4, 3], needed [4, 5]",
    );
  });
});

describe("losses", () => {
  const logits = leaf([2, 3, 5], 1, -3, 3);
  const targets = ints(reference, [0, 4, 2, 2, 1, 3], [2, 3]);

  test.each<CrossEntropyOptions>([
    {},
    { reduction: "sum" },
    { reduction: "none" },
    { ignoreIndex: 2 },
    { ignoreIndex: 2, reduction: "none" },
    { labelSmoothing: 0.1 },
    { labelSmoothing: 0.3, ignoreIndex: 2, reduction: "sum" },
    { labelSmoothing: 0.3, ignoreIndex: 2 },
  ])("cross-entropy %j", (options) => {
    expect(gradientErrors({ logits }, () => weighted(crossEntropy(logits, targets, options)))).toBe("");
  });

  test("cross-entropy of no target that counts is NaN as a mean, as in PyTorch, and 0 as a sum", () => {
    const none = ints(reference, [-100, -100], [2]);
    const [row] = [leaf([2, 5], 1)];
    expect(numbersOf(crossEntropy(row, none))).toEqual([Number.NaN]);
    expect(numbersOf(crossEntropy(row, none, { reduction: "sum" }))).toEqual([0]);
    expect(gradientErrors({ row }, () => crossEntropy(row, none, { reduction: "sum" }))).toBe("");
  });

  test("cross-entropy of one class is 0", () => {
    const single = leaf([3, 1], 1);
    expect(gradientErrors({ single }, () => crossEntropy(single, ints(reference, [0, 0, 0], [3])))).toBe("");
  });

  test("mean square, also where the target is trained", () => {
    const prediction = leaf([3, 5], 1);
    const target = leaf([3, 5], 2);
    expect(gradientErrors({ prediction, target }, () => meanSquare(prediction, target))).toBe("");
  });

  test("activation regularisation, temporal and not, is a mean of squares", () => {
    const outputs = leaf([4, 2, 3], 1);
    expect(gradientErrors({ outputs }, () => activationRegularization(outputs))).toBe("");
    expect(gradientErrors({ outputs }, () => temporalActivationRegularization(outputs))).toBe("");
    const steps = tensor(reference, [1, 2, 4, -2], [2, 1, 2]);
    expect(numbersOf(activationRegularization(steps))).toEqual([(1 + 4 + 16 + 4) / 4]);
    expect(numbersOf(temporalActivationRegularization(steps))).toEqual([(9 + 16) / 2]);
    expect(numbersOf(temporalActivationRegularization(leaf([1, 2, 3], 1)))).toEqual([0]);
  });

  test("binary cross-entropy with logits", () => {
    const shares = tensor(reference, numbersOf(leaf([2, 3, 5], 2, 0, 1)), [2, 3, 5]);
    expect(gradientErrors({ logits }, () => binaryCrossEntropy(logits, shares))).toBe("");
  });

  test("wrong arguments are named", () => {
    expect(() => crossEntropy(logits, ints(reference, [0], [1]))).toThrow(
      "crossEntropy: logits [2, 3, 5] need 6 integer targets, got int [1]",
    );
    expect(() => crossEntropy(logits, leaf([2, 3], 1))).toThrow("got float [2, 3]");
    expect(() => crossEntropy(logits, ints(reference, [0, 1, 2, 3, 4, 5], [6]))).toThrow(
      "target 5 is not one of the 5 classes",
    );
    expect(() => crossEntropy(logits, targets, { labelSmoothing: 1 })).toThrow("labelSmoothing is 1");
    expect(() => meanSquare(leaf([2], 1), leaf([1, 2], 1))).toThrow("must have one shape");
    expect(() => binaryCrossEntropy(leaf([2], 1), leaf([1], 1))).toThrow("must have one shape");
  });
});
