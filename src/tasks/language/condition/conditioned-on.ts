import type { StateDict } from "../../../module/state-dict.ts";
import { Network } from "../../../networks/network.ts";
import { Undrawn } from "../../../random/undrawn.ts";
import { LanguageModel } from "../model/language-model.ts";
import { languageModel } from "../model/language-model-network.ts";
import { conditionId } from "./condition-id.ts";

/**
 * A model under one category, or under an unknown one, as a language model without a condition: the category's numbers stand behind those
 * of every token in its embedding [V, E + C]. It gives the same numbers, and whatever reads a model without a condition reads it.
 *
 * @throws UnrolledError "invalid-argument" as `conditionId`
 */
export async function conditionedOn(
  model: LanguageModel,
  category: string | undefined,
): Promise<LanguageModel> {
  const { network, config, ...parts } = model;
  const id = conditionId("conditionedOn", config.condition, category);
  const { condition, ...rest } = config;
  if (!condition || id === undefined) return model;
  const { "conditionEncoder.weight": categories, ...tensors } = await network.stateDict();
  const encoder = tensors["encoder.weight"];
  const row = categories.data.slice(id * condition.size, (id + 1) * condition.size);
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
