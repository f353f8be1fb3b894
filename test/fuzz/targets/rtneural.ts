import { readFileSync } from "node:fs";
import { readRTNeural } from "unrolled/formats/rtneural";
import type { FuzzTarget } from "../fuzz.ts";
import { jsonMutations, truncationsEverywhere } from "../mutations.ts";

const cases: readonly { readonly model: object }[] = JSON.parse(
  readFileSync(new URL("../../fixtures/keras/rtneural.json", import.meta.url), "utf8"),
);
const encode = (text: string) => new TextEncoder().encode(text);

export const target: FuzzTarget = {
  name: "readRTNeural",
  seeds: cases.map(({ model }, at) => {
    const text = JSON.stringify(model);
    const mutations = [...jsonMutations(text, encode), ...truncationsEverywhere(text.length, 50)];
    return { name: `model ${at}`, bytes: encode(text), mutations };
  }),
  read: (bytes) => readRTNeural(new TextDecoder().decode(bytes)),
};
