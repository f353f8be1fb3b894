import { UnrolledError } from "unrolled";
import { networkOfStateDict } from "unrolled/formats/pytorch";
import type { FuzzTarget } from "../fuzz.ts";
import { jsonMutations } from "../mutations.ts";

/** A state dictionary as the shapes of its tensors by name. */
const shapes = JSON.stringify({
  "encoder.weight": [5, 3],
  "rnn.weight_ih_l0": [8, 3],
  "rnn.weight_hh_l0": [8, 2],
  "rnn.bias_ih_l0": [8],
  "rnn.bias_hh_l0": [8],
  "decoder.weight": [5, 2],
  "decoder.bias": [5],
});
const encode = (text: string) => new TextEncoder().encode(text);

/** Tensors of these shapes as a file's reader could give them, which has checked that sizes are whole numbers. */
function tensorsOf(bytes: Uint8Array) {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new UnrolledError("invalid-file", { call: "tensorsOf", problem: "no JSON" });
  }
  const isShape = (shape: unknown): shape is number[] =>
    Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  const entries = Object.entries(value ?? {});
  if (!entries.every((entry): entry is [string, number[]] => isShape(entry[1])))
    throw new UnrolledError("invalid-file", { call: "tensorsOf", problem: "no shapes" });
  return Object.fromEntries(
    entries.map(([name, shape]) => {
      const size = shape.reduce((product, length) => product * length, 1);
      return [name, { shape, data: new Float32Array(size < 1000 ? size : 0) }];
    }),
  );
}

export const target: FuzzTarget = {
  name: "networkOfStateDict",
  seeds: [{ name: "tagger", bytes: encode(shapes), mutations: jsonMutations(shapes, encode) }],
  read: (broken) => networkOfStateDict(tensorsOf(broken)),
  cases: 2000,
};
