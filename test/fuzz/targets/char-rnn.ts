import { openDevice, openModel } from "unrolled";
import type { FuzzTarget } from "../fuzz.ts";
import { jsonMutations, truncationsEverywhere } from "../mutations.ts";

const device = await openDevice({ backend: "wasm" });
const encode = (text: string) => new TextEncoder().encode(text);
const variables = {
  "cell_0/basic_lstm_cell/kernel": [4, 8],
  "cell_0/basic_lstm_cell/bias": [8],
  embedding: [3, 2],
  softmax_w: [2, 3],
  softmax_b: [3],
} as const;
const manifest = JSON.stringify(
  Object.fromEntries(
    Object.entries(variables).map(([name, shape], at) => [name, { filename: `v${at}`, shape }]),
  ),
);
const files = Object.fromEntries(
  Object.values(variables).map((shape, at) => [
    `v${at}`,
    new Uint8Array(4 * shape.reduce((product: number, size) => product * size, 1)),
  ]),
);
const vocabulary = JSON.stringify({ a: 0, b: 1, c: 2 });

export const target: FuzzTarget = {
  name: "ml5's charRNN",
  seeds: [
    {
      name: "manifest.json",
      bytes: encode(manifest),
      mutations: [...jsonMutations(manifest, encode), ...truncationsEverywhere(manifest.length, 50)],
    },
    { name: "vocab.json", bytes: encode(vocabulary), mutations: jsonMutations(vocabulary, encode) },
  ],
  read: (bytes) =>
    new TextDecoder().decode(bytes).includes("filename")
      ? openModel({ ...files, "manifest.json": bytes, "vocab.json": encode(vocabulary) }, { device })
      : openModel({ ...files, "manifest.json": encode(manifest), "vocab.json": bytes }, { device }),
};
