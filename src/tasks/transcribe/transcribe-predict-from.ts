// A prediction network that begins as a language model of the labels (Graves, Mohamed & Hinton 2013). The language model reads a vector
// e(x) of a token x, W_ih·e(x) + W_hh·h; the prediction network reads labels as they are, so that its W_ih has W_ih·e(x) as the column of x.
import { openPlace } from "#platform";
import type { Tokenizer } from "../../data/tokenizers/tokenizer.ts";
import { UnrolledError } from "../../errors.ts";
import type { StateDict } from "../../module/module.ts";
import { shapeText } from "../../tensor/tensor.ts";
import { storedLanguageModel } from "../language/folder/stored-language-model.ts";
import type { TranscribeReader } from "./transcribe-reading.ts";

/** What stands between two texts of a language model, and so before the first label. */
const BEFORE = "\n";

/**
 * The weights of a transducer's prediction network by those of a language model in a folder, in place of `weights`. A label that the
 * language model does not know begins with zeros.
 *
 * @throws UnrolledError "missing-file" or "invalid-file"; "shape-mismatch" for layers that differ
 */
export async function predictionWeights(
  weights: StateDict,
  folder: string,
  reader: TranscribeReader,
): Promise<StateDict> {
  const { read } = await openPlace("train", folder);
  const { tensors, tokenizer } = await storedLanguageModel(read).catch((error: unknown) => {
    throw error instanceof UnrolledError ? error.within({ place: folder }) : error;
  });
  const taken: Record<string, StateDict[string]> = { ...weights };
  for (const [name, own] of Object.entries(weights)) {
    if (!name.startsWith("prediction.") || name === INPUT) continue;
    const other = tensors[name.replace("prediction.", "rnn.")];
    if (!other || shapeText(other.shape) !== shapeText(own.shape))
      throw unlike(folder, name, own.shape, other?.shape);
    taken[name] = other;
  }
  const [vectors, input] = [tensors["encoder.weight"], tensors["rnn.weight_ih_l0"]];
  const [rows, classes] = weights[INPUT].shape;
  if (tensors["rnn.weight_ih_l1"] || input.shape[0] !== rows)
    throw unlike(folder, INPUT, weights[INPUT].shape, input.shape);
  const [, size] = vectors.shape;
  const columns = new Float32Array(rows * classes);
  for (let label = 0; label < classes; label++) {
    const text = label === reader.blank ? BEFORE : reader.tokenizer.decode([label]);
    const id = idOf(tokenizer, text);
    for (let row = 0; id !== undefined && row < rows; row++) {
      let sum = 0;
      for (let entry = 0; entry < size; entry++)
        sum += input.data[row * size + entry] * vectors.data[id * size + entry];
      columns[row * classes + label] = sum;
    }
  }
  taken[INPUT] = { shape: [rows, classes], data: columns };
  const each = new Float32Array(classes * classes);
  for (let label = 0; label < classes; label++) each[label * classes + label] = 1;
  taken["labelVectors.weight"] = { shape: [classes, classes], data: each };
  return taken;
}

const INPUT = "prediction.weight_ih_l0";

/** A text's token, in the case in which there is one. */
function idOf(tokenizer: Tokenizer, text: string): number | undefined {
  for (const cased of [text, text.toUpperCase(), text.toLowerCase()]) {
    const ids = tokenizer.encode(cased);
    if (ids.length === 1 && ids[0] !== tokenizer.unknownId) return ids[0];
  }
  return undefined;
}

function unlike(folder: string, name: string, own: readonly number[], other: readonly number[] | undefined) {
  return new UnrolledError("shape-mismatch", {
    call: "train",
    problem: `${name} is ${shapeText(own)} by the settings, and ${other ? shapeText(other) : "missing"} in the language model ${folder}; needed one layer of as many units of the same cell`,
  });
}
