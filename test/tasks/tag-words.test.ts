// Words that a tagger does not know: their shapes, and known ones that are read as unknown.
import { expect, it } from "vitest";
import { openDevice, type Tensor } from "../../src/index.ts";
import { TAG } from "../../src/tasks/tag/tag-description.ts";
import { TagReader, tagReading } from "../../src/tasks/tag/tag-examples.ts";
import { tagTask } from "../../src/tasks/tag/tag-task.ts";
import { unknownWords } from "../../src/tasks/tag/unknown-words.ts";
import { wordShape } from "../../src/tasks/tag/word-shape.ts";
import { resolveSettingsOf } from "../../src/training/resolve-settings.ts";

const sentence = (text: string) => {
  const tokens = text.split(" ");
  return { tokens, tags: tokens.map(() => "O") };
};

it("have a shape", () => {
  const shapes = ["Seoul", "NATO", "iPhone", "@kim_12", "3.14", "http://t.co/x", "…", "MacDonald-Smith"].map(
    wordShape,
  );
  expect(shapes).toEqual(["Xx", "X", "xXx", "@x_0", "0.0", "url", "…", "XxXx-"]);
});

it("share an id with those of their shape, behind the known ones", () => {
  const records = ["we go we go", "Seoul we Paris", "x1 go"].map(sentence);
  const reader = new TagReader(tagReading(records, resolveSettingsOf(TAG, {}), undefined));
  // "we" and "go" are known, "Xx" is a shape that two rare words have; "x0" has one.
  expect([...reader.sentence(["We", "go", "Berlin", "y7"]).values]).toEqual([2, 1, 3, 0]);
  expect(reader.vocabularySize).toBe(4);
  const plain = new TagReader(tagReading(records, resolveSettingsOf(TAG, { shapes: false }), undefined));
  expect([...plain.sentence(["Berlin"]).values]).toEqual([0]);
});

it("are read as unknown the more often the rarer they are, the same each time for one place", () => {
  const records = [...Array.from({ length: 99 }, () => sentence("often")), sentence("rare rare")];
  const reader = new TagReader(tagReading(records, resolveSettingsOf(TAG, {}), undefined));
  const examples = reader.examples(records);
  const read = unknownWords(examples, { unknownWords: 1, seed: 4 })!;
  const shares = (at: number) => {
    const drawn = Array.from(
      { length: 400 },
      (_, epoch) => read(examples[at], { epoch, example: at }).inputs.values[0],
    );
    return drawn.filter((id) => id !== examples[at].inputs.values[0]).length / drawn.length;
  };
  // 1 / (1 + 99) and 1 / (1 + 2).
  expect(shares(0)).toBeLessThan(0.04);
  expect(Math.abs(shares(99) - 1 / 3)).toBeLessThan(0.08);
  const place = { epoch: 3, example: 99 };
  expect(read(examples[99], place)).toEqual(read(examples[99], place));
  expect(unknownWords(examples, { unknownWords: 0, seed: 4 })).toBeUndefined();
});

it("of a span cost more to overlook where that is asked for, and nothing else does", async () => {
  const tagged = (words: string, tags: string) => ({ tokens: words.split(" "), tags: tags.split(" ") });
  const records = [tagged("Kim saw Seoul", "B-person O B-place"), tagged("it rained again", "O O O")];
  const settings = resolveSettingsOf(TAG, { hiddenSize: 3, dropout: 0, wordDropout: 0 });
  const device = await openDevice({ backend: "wasm" });
  const losses = async (recallCost: number) => {
    const { options } = await tagTask.prepare({
      ...{ device, data: { train: records, val: records } as never, threads: 1 },
      settings: { ...settings, recallCost },
    });
    const { model, loss } = tagTask.replica(device, options, 1);
    // The same weights whatever the seed of the device has given before.
    for (const parameter of model.parameters()) parameter.assign(new Float32Array(parameter.size));
    const [spans, none] = new TagReader(options.reading).examples(records);
    return Promise.all([spans, none].map((example) => (loss([example]) as Tensor).item()));
  };
  const [plain, costly] = [await losses(0), await losses(2)];
  expect(costly[0]).toBeGreaterThan(plain[0] + 0.1);
  expect(costly[1]).toBeCloseTo(plain[1], 6);
});
