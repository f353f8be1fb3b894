// A small model and examples that it can learn: the first symbol of a sequence, said at its end.
import {
  crossEntropy,
  type Device,
  Embedding,
  type Example,
  type FitEvent,
  type FitOptions,
  fit,
  Generator,
  GRU,
  Linear,
  Module,
  type Tensor,
} from "unrolled";

export const SYMBOLS = 5;

/** Says the first symbol of a sequence at its end. */
export class Echo extends Module {
  readonly embedding: Embedding;
  readonly gru: GRU;
  readonly head: Linear;

  constructor(on: Device, seed = 1, dropout = 0.1) {
    super();
    const generator = new Generator(seed);
    this.embedding = new Embedding(on, { vocabularySize: SYMBOLS, embeddingSize: 6, generator });
    const options = { inputSize: 6, hiddenSize: 12, batchFirst: true, numLayers: 2, dropout, generator };
    this.gru = new GRU(on, options);
    this.head = new Linear(on, { inputSize: 12, outputSize: SYMBOLS, generator });
  }

  forward(ids: Tensor, call: { readonly lengths?: readonly number[] } = {}): Tensor {
    return this.head.forward(this.gru.forward(this.embedding.forward(ids), call).lastOutput);
  }
}

export const generator = new Generator(7);
export const examples = Array.from({ length: 120 }, () => {
  const inputs = Array.from({ length: 1 + generator.integer(5) }, () => generator.integer(SYMBOLS));
  return { inputs, targets: inputs[0] };
});
export const learning = {
  ...{ data: examples, validation: 0.2, batchSize: 12, loss: crossEntropy },
  ...{ learningRate: 0.02, epochs: 25, seed: 2 },
} as const;

export async function run<Model extends Module, Learned extends Example, Output>(
  model: Model,
  options: FitOptions<Model, Learned, Output>,
): Promise<FitEvent[]> {
  const events: FitEvent[] = [];
  for await (const event of fit(model, options)) events.push(event);
  return events;
}
export const evalsOf = (events: readonly FitEvent[]) => events.filter((event) => event.type === "eval");
export const stepsOf = (events: readonly FitEvent[]) => events.filter((event) => event.type === "step");
