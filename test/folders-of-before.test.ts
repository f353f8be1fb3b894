// Folders that version 1 of the format wrote open with the same numbers for ever. They are in test/fixtures/folders: language models
// of each cell and tokenizer, with weights in fewer bits too, and networks; `expected.json` has what that version computed of them.
import { readFileSync } from "node:fs";
import { openModel } from "unrolled";
import { expect, test } from "vitest";

const folder = new URL("fixtures/folders/", import.meta.url).pathname;
const expected = JSON.parse(readFileSync(`${folder}expected.json`, "utf8"));
const text = readFileSync(`${folder}text.txt`, "utf8");
const isLanguageModel = (name: string) => "lossNats" in expected[name];
const names = Object.keys(expected);

test.each(names.filter(isLanguageModel))("%s has the loss and the logits of before", async (name) => {
  const opened = await openModel(folder + name);
  if (opened.format !== "language-model") throw new Error(`${name} opened as ${opened.format}`);
  const { config, lossNats, tokens, ids, lastLogits } = expected[name];
  const { tokenizer } = opened;
  const all = Array.from(tokenizer.encode(text));
  expect(Array.from(tokenizer.encode(text.slice(0, 12)))).toEqual(ids);
  expect(all.length - 1).toBe(tokens);
  const width = config.vocabularySize;
  const beginning = await opened.run({ ids: [ids] });
  for (const [k, logit] of Array.from(beginning.logits.data).slice(-width).entries())
    expect(Math.abs(logit - lastLogits[k]), `logits[${k}]`).toBeLessThan(1e-5);
  const { logits } = await opened.run({ ids: [all] });
  const scored = Float32Array.from(logits.data);
  const row = (t: number) => Array.from(scored.subarray(t * width, (t + 1) * width));
  const losses = all.slice(1).map((target, t) => {
    const scores = row(t);
    return Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[target];
  });
  expect(losses.reduce((sum, loss) => sum + loss, 0) / tokens).toBeCloseTo(lossNats, 5);
});

test.each(names.filter((name) => !isLanguageModel(name)))("%s gives the numbers of before", async (name) => {
  const opened = await openModel(folder + name);
  const { inputs, y, shape } = expected[name];
  const shaped = opened.inputs.map(({ name: input, axes }) => {
    const width = axes === "unknown" ? undefined : axes[2];
    return [input, { shape: [2, 4, ...(width === undefined ? [] : [Number(width)])], data: inputs[input] }];
  });
  const { y: found } = await opened.run(Object.fromEntries(shaped));
  expect(found.shape).toEqual(shape);
  for (const [index, number] of Array.from(found.data).entries())
    expect(Math.abs(number - y[index]), `y[${index}]`).toBeLessThan(1e-5);
});
