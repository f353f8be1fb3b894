import { describe, expect, it } from "vitest";
import { languageNetwork } from "../../../../test/language-parts.ts";
import { trainTokenizer } from "../../../data/tokenizers/train-tokenizer.ts";
import { crossEntropy } from "../../../losses/cross-entropy.ts";
import { zeroState } from "../../../networks/carried-state.ts";
import { Generator } from "../../../random/philox.ts";
import { openDevice } from "../../../tensor/device.ts";
import { ints } from "../../../tensor/tensor.ts";
import { type DynamicEvaluationOptions, evaluateDynamically } from "./dynamic-evaluate.ts";
import { evaluate } from "./evaluate.ts";

const text = "the quick brown fox jumps over the lazy dog. ".repeat(20);
const tokenizer = trainTokenizer({ kind: "char", text });
/** Float64, so that what it computes can be computed here again. */
const device = await openDevice({ backend: "reference" });
const modelOf = (dropout = 0) =>
  languageNetwork(
    device,
    {
      cell: "lstm",
      nonlinearity: "tanh",
      vocabularySize: tokenizer.vocabularySize,
      embeddingSize: 5,
      hiddenSize: 7,
      numLayers: 1,
      dropout,
      weightDrop: dropout,
      tieWeights: false,
      tokenizer: "char",
    },
    new Generator(3),
  );

/** The procedure again, in plain arrays: loss of each prediction. */
async function lossesByHand(options: {
  readonly rate: number;
  readonly decay: number;
  readonly segmentLength: number;
  readonly rms: boolean;
}): Promise<number[]> {
  const model = modelOf();
  const parameters = model.parameters();
  const heap = device.heap;
  const weightsOf = () =>
    parameters.map(({ offset, size }) => Array.from(heap.floats().subarray(offset, offset + size)));
  const trained = weightsOf();
  const squares = trained.map((weights) => weights.map(() => 0));
  const ids = tokenizer.encode(text.slice(0, 120));
  const losses: number[] = [];
  let state = zeroState(model, 1);
  for (let start = 0, t = 1; start + 1 < ids.length; start += options.segmentLength, t++) {
    const inputs = ids.subarray(start, Math.min(start + options.segmentLength, ids.length - 1));
    const steps = inputs.length;
    const targets = ids.subarray(start + 1, start + 1 + steps);
    model.zeroGrad();
    state = device.scope(() => {
      const {
        outputs: { logits },
        state: next,
      } = model.forward({ ids: ints(device, inputs, [steps, 1]) }, { state });
      const each = crossEntropy(logits, ints(device, targets, [steps, 1]), { reduction: "none" });
      losses.push(...heap.floats().subarray(each.offset, each.offset + steps));
      each.backward(new Float64Array(steps).fill(1 / steps));
      return next;
    });
    parameters.forEach((parameter, index) => {
      const gradient = Array.from(
        heap.floats().subarray(parameter.arrivedGradient()).slice(0, parameter.size),
      );
      const weights = weightsOf()[index];
      parameter.assign(
        weights.map((weight, j) => {
          const g = gradient[j];
          squares[index][j] = 0.9995 * squares[index][j] + 0.0005 * g * g;
          const norm = options.rms ? Math.sqrt(squares[index][j] / (1 - 0.9995 ** t)) + 1e-4 : 1;
          const stepped = weight - (options.rate * g) / norm;
          return stepped + options.decay * (trained[index][j] - stepped);
        }),
      );
    });
  }
  return losses;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, value) => total + value, 0);

describe("evaluateDynamically", () => {
  it.each([
    { rate: 0.003, decay: 0.01, segmentLength: 9, rms: true },
    { rate: 0.5, decay: 0.02, segmentLength: 9, rms: false },
    { rate: 0.003, decay: 0, segmentLength: 119, rms: true },
  ])("is the procedure as it is written down: %j", async (options) => {
    const found = await evaluateDynamically({ network: modelOf(), tokenizer }, [text.slice(0, 120)], options);
    const losses = await lossesByHand(options);
    expect(found.tokens).toBe(119);
    expect(Math.abs(found.lossNats - sum(losses) / 119)).toBeLessThan(1e-5);
    expect(found.bitsPerCharacter).toBeCloseTo(sum(losses) / 119 / Math.LN2, 4);
  });

  it("scores before it learns: what comes later changes no earlier loss", async () => {
    const options = { segmentLength: 10, rate: 0.01 };
    const total = async (part: string) => {
      const found = await evaluateDynamically({ network: modelOf(), tokenizer }, [part], options);
      return found.lossNats * found.tokens;
    };
    // One segment alone is what plain evaluation finds.
    const plain = await evaluate({ network: modelOf(), tokenizer }, [text.slice(0, 11)]);
    expect(await total(text.slice(0, 11))).toBeCloseTo(plain.lossNats * 10, 6);
    // The first segment's loss is in both, whatever follows it.
    const lossOf = async (ending: string) =>
      (await total(text.slice(0, 11) + ending)) - (await total(text.slice(0, 11)));
    expect(await lossOf("q")).not.toBeCloseTo(await lossOf("z"), 3);
    const chances = await Promise.all(tokenChoices().map(async (next) => Math.exp(-(await lossOf(next)))));
    // Had it seen the next character before it was scored, these would not be one distribution.
    expect(sum(chances)).toBeCloseTo(1, 4);
  });

  it("without learning is plain evaluation, and with it predicts a repetitive text better", async () => {
    const trained = { network: modelOf(), tokenizer };
    const plain = await evaluate(trained, [text]);
    const still = await evaluateDynamically(trained, [text], { rate: 0, decay: 0 });
    expect(still.lossNats).toBeCloseTo(plain.lossNats, 6);
    expect({ ...still, lossNats: 0, perplexity: 0, bitsPerCharacter: 0, standardErrorNats: 0 }).toEqual({
      ...plain,
      lossNats: 0,
      perplexity: 0,
      bitsPerCharacter: 0,
      standardErrorNats: 0,
    });
    const learning = await evaluateDynamically(trained, [text], { rate: 0.01, segmentLength: 10 });
    expect(learning.lossNats).toBeLessThan(plain.lossNats - 0.3);
  });

  it("pools texts, each from state zero and from the trained weights", async () => {
    const trained = { network: modelOf(), tokenizer };
    const of = (...texts: string[]) => evaluateDynamically(trained, texts, { rate: 0.01 });
    const [a, b] = [text.slice(0, 200), text.slice(30, 99)];
    const [one, two, both, turned] = [await of(a), await of(b), await of(a, b), await of(b, a)];
    expect(both.tokens).toBe(199 + 68);
    expect(both.lossNats).toBeCloseTo((one.lossNats * 199 + two.lossNats * 68) / 267, 6);
    expect(turned.lossNats).toBeCloseTo(both.lossNats, 9);
  });

  it("leaves the model as it was, without gradients, and does not drop entries", async () => {
    const model = modelOf(0.5);
    const before = await model.stateDict();
    const found = await evaluateDynamically({ network: model, tokenizer }, [text], { rate: 0.01 });
    expect(await model.stateDict()).toEqual(before);
    expect(model.training).toBe(true);
    expect(model.parameters().every(({ grad }) => grad === undefined)).toBe(true);
    const whole = modelOf();
    whole.loadStateDict(before);
    expect(found).toEqual(await evaluateDynamically({ network: whole, tokenizer }, [text], { rate: 0.01 }));
  });

  it("puts the weights back when it is aborted or diverges", async () => {
    const model = modelOf();
    const before = await model.stateDict();
    const abort = AbortSignal.abort();
    const long = text.repeat(20);
    await expect(
      evaluateDynamically({ network: model, tokenizer }, [long], { signal: abort, rate: 0.01 }),
    ).rejects.toMatchObject({ code: "aborted" });
    expect(await model.stateDict()).toEqual(before);
    await expect(
      evaluateDynamically({ network: model, tokenizer }, [text], {
        rate: 1e308,
        rms: false,
        segmentLength: 5,
      }),
    ).rejects.toThrow(/the loss of prediction \d+ is .*; lower the rate/);
    expect(await model.stateDict()).toEqual(before);
  });

  it("leaves frozen parameters where they are", async () => {
    const frozen = modelOf();
    frozen.freeze(["encoder", "rnn", "decoder.weight"]);
    const options = { rate: 0.05, segmentLength: 10 };
    const bias = await evaluateDynamically({ network: frozen, tokenizer }, [text], options);
    const all = await evaluateDynamically({ network: modelOf(), tokenizer }, [text], options);
    expect(bias.lossNats).not.toBeCloseTo(all.lossNats, 2);
    frozen.freeze(["decoder.bias"]);
    await expect(evaluateDynamically({ network: frozen, tokenizer }, [text])).rejects.toThrow(
      "all parameters are frozen",
    );
  });

  it.each<[DynamicEvaluationOptions, string, string]>([
    [{ segmentLength: 0 }, text, "segmentLength is 0"],
    [{ rate: -1 }, text, "rate is -1"],
    [{ decay: 2 }, text, "decay is 2, needed at most 1"],
    [{}, "t", "fewer than 2 tokens"],
  ])("refuses %j", async (options, given, message) => {
    await expect(evaluateDynamically({ network: modelOf(), tokenizer }, [given], options)).rejects.toThrow(
      message,
    );
  });
});

/** Every token as text; the unknown one is any character that was never seen. */
function tokenChoices(): string[] {
  return Array.from({ length: tokenizer.vocabularySize }, (_, id) =>
    id === tokenizer.unknownId ? "é" : tokenizer.decode(Int32Array.of(id)),
  );
}
