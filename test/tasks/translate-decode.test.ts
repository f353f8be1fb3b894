import { expect, test } from "vitest";
import { openDevice } from "../../src/index.ts";
import { LayeredNetwork } from "../../src/networks/layered-network.ts";
import { decodedTargets, GREEDY } from "../../src/tasks/translate/translate-decode.ts";

const V = 8;

/** What comes behind a token is a row of its embeddings: the token after it with 99.9 %, and every other, the end among them, with the rest. */
async function chain() {
  const network = new LayeredNetwork(await openDevice(), {
    inputs: [
      { name: "source", axes: ["B", "T"], kind: "int" },
      { name: "target", axes: ["B", "U"], kind: "int" },
    ],
    layers: [
      {
        name: "table",
        inputs: ["target"],
        config: { kind: "embedding", size: V, vocabularySize: V, range: 1 },
      },
    ],
    outputs: [{ name: "logits", from: "table" }],
  });
  const rest = Math.log(0.001 / (V - 1));
  const data = Float32Array.from({ length: V * V }, (_, at) => {
    const [token, next] = [Math.floor(at / V), at % V];
    return next === (token + 1) % V ? Math.log(0.999) : rest;
  });
  network.loadStateDict({ "table.weight": { shape: [V, V], data } });
  return network;
}

test("a beam does not end with short unlikely targets while a long likely one is open", async () => {
  const reader = { end: 0, maxLength: 20, target: { unknownId: null } as never };
  const search = { ...GREEDY, beam: 3, lengthPenalty: 0.6 };
  const [[best]] = await decodedTargets(await chain(), [Int32Array.of(1, 2)], reader, search);
  expect([...best.tokens]).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test("a prefix that the model's targets cannot begin with is refused", async () => {
  const target = { unknownId: 5, kind: "word", encode: () => Int32Array.of(3, 5) } as never;
  const found = decodedTargets(
    await chain(),
    [Int32Array.of(1)],
    { end: 0, maxLength: 9, target },
    {
      ...GREEDY,
      prefix: "no word",
    },
  );
  await expect(found).rejects.toThrow('prefix is "no word", needed tokens of the model\'s targets (word)');
});
