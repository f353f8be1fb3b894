import { readSafetensors, writeSafetensors } from "unrolled/formats/safetensors";
import type { FuzzSeed, FuzzTarget } from "../fuzz.ts";
import { jsonMutations, numberMutations, truncations, truncationsEverywhere } from "../mutations.ts";

const FILES = {
  "float32 tensors": writeSafetensors(
    {
      "rnn.weight_ih_l0": { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
      empty: { shape: [0, 4], data: new Float32Array(0) },
      scalar: { shape: [], data: Float32Array.of(7) },
    },
    { format: "pt" },
  ),
  "tensors of other types": writeSafetensors({
    i64: { shape: [2], data: BigInt64Array.of(1n, -1n) },
    bf16: { shape: [3], data: Float32Array.of(1, 2, 3), dtype: "BF16" },
    f8: { shape: [1, 3], data: Uint8Array.of(1, 2, 3), dtype: "F8_E4M3" },
  }),
};

function seedOf([name, bytes]: [string, Uint8Array]): FuzzSeed {
  const dataBegin = 8 + new DataView(bytes.buffer).getUint32(0, true);
  const header = new TextDecoder().decode(bytes.subarray(8, dataBegin));
  /** The same values after another header. */
  const withHeader = (text: string) => {
    const encoded = new TextEncoder().encode(text);
    const file = new Uint8Array(8 + encoded.length + bytes.length - dataBegin);
    new DataView(file.buffer).setBigUint64(0, BigInt(encoded.length), true);
    file.set(encoded, 8);
    file.set(bytes.subarray(dataBegin), 8 + encoded.length);
    return file;
  };
  return {
    name,
    bytes,
    mutations: [
      ...numberMutations(bytes, [{ offset: 0, bytes: 8, kind: "length" }]),
      ...jsonMutations(header, withHeader),
      ...truncations([0, 8, dataBegin, bytes.length]),
      ...truncationsEverywhere(bytes.length),
    ],
  };
}

export const target: FuzzTarget = {
  name: "readSafetensors",
  seeds: Object.entries(FILES).map(seedOf),
  read: (broken) => readSafetensors(broken),
};
