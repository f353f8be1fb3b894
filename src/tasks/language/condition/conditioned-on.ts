import type { StateDict } from "../../../module/state-dict.ts";
import { Network } from "../../../networks/network.ts";
import { Undrawn } from "../../../random/undrawn.ts";
import { LanguageModel } from "../model/language-model.ts";
import { languageModel } from "../model/language-model-network.ts";
import { type GivenCondition, isOfNumbers } from "./condition.ts";
import { conditionRow } from "./condition-row.ts";

/**
 * A model under one condition, or under an unknown one, as a language model without any: what the network makes of the condition stands
 * behind the numbers of every token in its embedding [V, E + C]. It gives the same results, and whatever reads a model without a condition
 * reads it.
 *
 * @throws UnrolledError "invalid-argument" as `conditionRow`
 */
export async function conditionedOn(
  model: LanguageModel,
  given: GivenCondition | undefined,
): Promise<LanguageModel> {
  const { network, config, ...parts } = model;
  const asked = conditionRow("conditionedOn", config.condition, given);
  const { condition, ...rest } = config;
  if (!condition || asked === undefined) return model;
  const { "conditionEncoder.weight": weight, ...tensors } = await network.stateDict();
  const encoder = tensors["encoder.weight"];
  const row = isOfNumbers(condition)
    ? product(weight, asked)
    : weight.data.slice(asked[0] * condition.size, (asked[0] + 1) * condition.size);
  const own = {
    ...rest,
    embeddingSize: config.embeddingSize + condition.size,
    // The decoder's weight is as wide as the token's embedding was.
    tieWeights: false,
  };
  const made = new Network(network.device, languageModel(own), { generator: new Undrawn() });
  made.loadStateDict({
    ...tensors,
    ...(config.tieWeights ? { "decoder.weight": encoder } : {}),
    "encoder.weight": widened(encoder, row),
  });
  const { tokenizer, training, evaluation, generation } = parts;
  return new LanguageModel({
    network: made.eval() as Network,
    config: own,
    ...{ tokenizer, training, evaluation, generation },
  });
}

/** W x. */
function product({ shape: [rows, width], data }: StateDict[string], x: ArrayLike<number>): Float32Array {
  return Float32Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let at = 0; at < width; at++) sum += data[row * width + at] * x[at];
    return sum;
  });
}

/** A matrix with the same numbers behind each of its rows. */
function widened(
  { shape: [rows, width], data }: StateDict[string],
  behind: ArrayLike<number>,
): StateDict[string] {
  const all = new Float32Array(rows * (width + behind.length));
  for (let row = 0; row < rows; row++) {
    all.set(data.subarray(row * width, (row + 1) * width), row * (width + behind.length));
    all.set(behind, row * (width + behind.length) + width);
  }
  return { shape: [rows, width + behind.length], data: all };
}
