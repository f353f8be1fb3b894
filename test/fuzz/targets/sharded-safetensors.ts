import { readShardedSafetensors, writeSafetensors } from "unrolled/formats/safetensors";
import type { FuzzTarget } from "../fuzz.ts";
import { jsonMutations, truncationsEverywhere } from "../mutations.ts";

const shard = writeSafetensors({ a: { shape: [2], data: Float32Array.of(1, 2) } });
const index = JSON.stringify({ metadata: { total_size: 8 }, weight_map: { a: "model-1.safetensors" } });
const bytes = new TextEncoder().encode(index);

export const target: FuzzTarget = {
  name: "readShardedSafetensors",
  seeds: [
    {
      name: "index",
      bytes,
      mutations: [
        ...jsonMutations(index, (text) => new TextEncoder().encode(text)),
        ...truncationsEverywhere(bytes.length),
      ],
    },
  ],
  read: (broken) => readShardedSafetensors(broken, async () => shard),
  cases: 1000,
};
