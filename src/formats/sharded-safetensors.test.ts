import { expect, it } from "vitest";
import { readShardedSafetensors } from "./sharded-safetensors.ts";
import { writeSafetensors } from "./write-safetensors.ts";

const [one, two] = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
const FILES: Record<string, Uint8Array> = {
  [one]: writeSafetensors({
    a: { shape: [2], data: Float32Array.of(1, 2) },
    b: { shape: [1], data: Float32Array.of(3), dtype: "F16" },
  }),
  [two]: writeSafetensors({ c: { shape: [], data: Float32Array.of(5) } }),
};

const MAP = { a: one, b: one, c: two };
const readAll = (index: unknown) =>
  readShardedSafetensors(
    new TextEncoder().encode(typeof index === "string" ? index : JSON.stringify(index)),
    async (name) => FILES[name],
  );

it("gathers the tensors of all files", async () => {
  const expected = {
    a: { dtype: "F32", shape: [2], data: Float32Array.of(1, 2) },
    b: { dtype: "F16", shape: [1], data: Float32Array.of(3) },
    c: { dtype: "F32", shape: [], data: Float32Array.of(5) },
  };
  expect(await readAll({ metadata: { total_size: 14 }, weight_map: MAP })).toEqual(expected);
  expect(await readAll({ weight_map: MAP })).toEqual(expected);
});

it.each<[string, unknown, string]>([
  ["no JSON", "{", "the index is no JSON in UTF-8"],
  ["a list", [], "the index is [], needed an object"],
  ["no map", {}, "weight_map is undefined, needed an object"],
  ["metadata of another kind", { metadata: 3, weight_map: MAP }, "metadata is 3, needed an object"],
  ["a file that is a number", { weight_map: { a: 1 } }, 'tensor "a" is in 1, needed a file beside the index'],
  ["a file elsewhere", { weight_map: { a: "../secret.safetensors" } }, 'is in "../secret.safetensors"'],
  ["a file at the root", { weight_map: { a: "C:\\x.safetensors" } }, "needed a file beside the index"],
  ["another kind of file", { weight_map: { a: "passwords.txt" } }, 'is in "passwords.txt"'],
  [
    "a tensor too few",
    { weight_map: { a: one, c: two } },
    `"${one}" holds tensor "b", which the index does not`,
  ],
  ["a tensor too many", { weight_map: { ...MAP, d: two } }, `tensor "d" is missing in "${two}"`],
  [
    "a tensor elsewhere",
    { weight_map: { a: one, b: two, c: two } },
    `"b", which the index says is in "${two}"`,
  ],
  [
    "another total",
    { metadata: { total_size: 15 }, weight_map: MAP },
    "total_size is 15, but the files hold 14",
  ],
  ["a tensor twice", `{"weight_map":{"a":"${one}","\\u0061":"${two}"}}`, 'the index has the key "a" twice'],
  ["half a total", { metadata: { total_size: 1.5 }, weight_map: MAP }, "total_size is 1.5, needed a number"],
])("an index with %s is refused", async (_, index, message) => {
  await expect(readAll(index)).rejects.toThrow(
    expect.objectContaining({ code: "invalid-file", message: expect.stringContaining(message) }),
  );
});
