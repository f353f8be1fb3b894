import type { ModelSummary } from "./protocol.ts";
import type { LookedModel } from "./task-models.ts";

/** What the page is told of a model that reads something whole and writes a sequence: sizes as its training was told them. */
export function writerSummary({ network, madeBy }: LookedModel, task: string): ModelSummary {
  const {
    cell,
    numLayers = 1,
    hiddenSize,
    embeddingSize,
  } = (madeBy?.training ?? {}) as Partial<ModelSummary>;
  const { example } = (madeBy?.data ?? {}) as { readonly example?: string };
  return {
    cell: cell ?? "lstm",
    numLayers,
    hiddenSize: hiddenSize ?? 0,
    embeddingSize: embeddingSize ?? 0,
    parameters: network.parameterCount(),
    tokens: [],
    bitsPerCharacter: undefined,
    backend: network.device.backend,
    task: { name: task, columns: undefined, sample: example },
  };
}
