import type { Tokenizer } from "../../data/tokenizers/tokenizer.ts";
import type { Hypothesis } from "../../decoding/search/hypothesis.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { softmax } from "../../tensor/operations/rows.ts";
import { ints, tensor } from "../../tensor/tensor.ts";
import type { TaskLook } from "../task.ts";

/** Numbers of an input, a batch of one. */
interface Given {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** The ids of a text that was found, with its end where it has ended by itself. */
export function writtenIds(end: number, { tokens, finishReason }: Hypothesis): readonly number[] {
  return finishReason === "stop" ? [...tokens, end] : [...tokens];
}

/** How likely a decoder finds each token at each step of a text, which reads the token before; `given` is what it reads beside the text. */
export function steppedLook(
  model: LayeredNetwork,
  given: Readonly<Record<string, Given>>,
  said: readonly number[],
  { end, tokenizer }: { readonly end: number; readonly tokenizer: Tokenizer },
): Omit<TaskLook, "answer"> {
  const { device } = model;
  const read = [end, ...said.slice(0, -1)];
  const inputs: Record<string, Given> = {
    ...given,
    target: { shape: [1, read.length], data: Int32Array.from(read) },
  };
  const shares = device.withoutGradients(() =>
    device.scope(() => {
      const tensors = Object.entries(inputs).map(([name, { shape, data }]) => [
        name,
        data instanceof Int32Array ? ints(device, data, shape) : tensor(device, data, shape),
      ]);
      return softmax(model.forward(Object.fromEntries(tensors)).outputs.logits).read();
    }),
  );
  return {
    pieces: read.map((id) => tokenizer.token(id)),
    inputs,
    names: Array.from({ length: tokenizer.vocabularySize }, (_, id) => tokenizer.token(id)),
    said: shares,
    words: said.map((id) => tokenizer.token(id)),
  };
}
