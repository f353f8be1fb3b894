import type { Tokenizer } from "../../../data/tokenizers/tokenizer.ts";
import { UnrolledError } from "../../../errors.ts";
import { crossEntropy } from "../../../losses/cross-entropy.ts";
import { carry, zeroState } from "../../../networks/carried-state.ts";
import type { LayeredNetwork } from "../../../networks/layered-network.ts";
import { ints } from "../../../tensor/tensor.ts";
import { sortedBatches } from "../../fit/bucketed.ts";
import type { Evaluation } from "../evaluation/evaluation.ts";
import { evaluationOf, LossSummary } from "../evaluation/loss-summary.ts";
import { undropped } from "../evaluation/walk-text.ts";
import { conditionTensor } from "../language-replica.ts";
import type { Condition } from "./condition.ts";
import { unknownRow } from "./condition-row.ts";
import { sequenceOf, stepsOf } from "./document-batches.ts";
import { type ConditionedDocument, predictionsOf } from "./documents.ts";

const BATCH = 64;
const CHUNK_STEPS = 64;

/**
 * How well a model with a condition predicts documents, each from state zero: every token and the end. `lossNatsWithoutCondition` is what
 * the same model loses where every condition is hidden from it.
 *
 * @throws UnrolledError "text-too-short" without a document, "aborted" once `signal` is
 */
export async function scoreDocuments(
  network: LayeredNetwork,
  tokenizer: Tokenizer,
  condition: Condition,
  documents: readonly ConditionedDocument[],
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Evaluation> {
  const known = await evaluated(network, tokenizer, documents, options);
  const unknown = unknownRow(condition);
  const hidden = documents.map((document) => ({ ...document, condition: unknown }));
  const { lossNats } = await evaluated(network, tokenizer, hidden, options);
  return { ...known, lossNatsWithoutCondition: lossNats };
}

/** As `scoreDocuments`, with the conditions alone. */
export async function evaluated(
  network: LayeredNetwork,
  tokenizer: Tokenizer,
  documents: readonly ConditionedDocument[],
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Evaluation> {
  const predictions = documents.reduce((sum, document) => sum + predictionsOf(document), 0);
  if (predictions === 0)
    throw new UnrolledError("text-too-short", { call: "evaluate", problem: "there is no text to predict" });
  const losses = documents.map((document) => new Float32Array(predictionsOf(document)));
  const batches = sortedBatches(documents.map(predictionsOf), BATCH);
  await undropped(network, async () => {
    for (const places of batches) {
      if (signal?.aborted)
        throw new UnrolledError("aborted", { call: "evaluate", problem: "aborted by its signal" });
      lossesOf(
        network,
        Array.from(places, (place) => documents[place]),
        Array.from(places, (place) => losses[place]),
      );
      await new Promise((resume) => setTimeout(resume, 0));
    }
  });
  const summary = new LossSummary(predictions);
  for (const each of losses) summary.add(each);
  const characters = documents.reduce((sum, document) => sum + document.characters, 0);
  return evaluationOf(
    summary,
    characters,
    tokenizer,
    documents.map(({ ids, characters: own }) => ({ ids, characters: own })),
  );
}

/** Writes the loss of each prediction in nats. */
function lossesOf(
  network: LayeredNetwork,
  group: readonly ConditionedDocument[],
  losses: readonly Float32Array[],
): void {
  const { device } = network;
  const state = zeroState(network, group.length);
  const longest = Math.max(...group.map(predictionsOf));
  const [{ condition }] = group;
  const unknown = condition.map(() => 0);
  for (let sequence = 0; sequence * CHUNK_STEPS < longest; sequence++) {
    const steps = stepsOf(group, sequence, CHUNK_STEPS);
    const start = sequence * CHUNK_STEPS;
    const { inputs, conditions, targets } = sequenceOf(group, group.length, { start, steps, unknown });
    const shape = [steps, group.length] as const;
    const found = device.withoutGradients(() =>
      device.scope(() => {
        const given = {
          ids: ints(device, inputs, shape),
          condition: conditionTensor(device, conditions, shape),
        };
        const { outputs, state: next } = network.forward(given, { state });
        carry(state, next);
        return crossEntropy(outputs.logits, ints(device, targets, shape), { reduction: "none" }).read();
      }),
    );
    for (const [column, own] of losses.entries())
      for (let t = 0; t < steps && start + t < own.length; t++)
        own[start + t] = found[t * group.length + column];
  }
}
