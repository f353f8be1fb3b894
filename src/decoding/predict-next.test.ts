import { expect, it } from "vitest";
import { markovModel } from "../../test/markov-model.ts";
import { predictNext } from "./predict-next.ts";

const model = markovModel(5, ([first, second]) =>
  first === 2 && second === 4 ? [0.2, 0.1, 0.4, 0.1, 0.2] : [1, 0, 0, 0, 0],
);

async function rounded(options: Parameters<typeof predictNext>[2]): Promise<[number, number][]> {
  const predictions = await predictNext(model, [2, 4], options);
  return predictions.map(({ tokenId, probability }) => [tokenId, Math.round(probability * 1e6) / 1e6]);
}

it("gives the likeliest tokens after the prompt, equals by rising id", async () => {
  expect(await rounded({})).toEqual([
    [2, 0.4],
    [0, 0.2],
    [4, 0.2],
    [1, 0.1],
    [3, 0.1],
  ]);
  expect(await rounded({ top: 2 })).toEqual([
    [2, 0.4],
    [0, 0.2],
  ]);
});

it("leaves out the unknown token and gives the others its share", async () => {
  expect(await rounded({ top: 2, forbiddenIds: [0] })).toEqual([
    [2, 0.5],
    [4, 0.25],
  ]);
});

it("leaves out the impossible", async () => {
  expect(await predictNext(model, [0], {})).toEqual([{ tokenId: 0, probability: 1 }]);
});

it("says what is wrong with its arguments, and stops when it is aborted", async () => {
  await expect(predictNext(model, [0], { top: 0 })).rejects.toThrow(
    "predictNext: top is 0, needed an integer of at least 1",
  );
  await expect(predictNext(model, [])).rejects.toThrow("predictNext: the prompt is empty");
  await expect(predictNext(model, [0], { forbiddenIds: [5] })).rejects.toThrow("forbiddenIds has 5");
  await expect(predictNext(model, [0], { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: "aborted",
  });
});
