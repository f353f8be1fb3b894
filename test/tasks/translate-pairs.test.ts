// What a translator is trained on: pairs from files, and settings.
import { describe, expect, it, test } from "vitest";
import { valuesOf } from "../../src/options/option.ts";
import { TRANSLATE } from "../../src/tasks/translate/translate-description.ts";
import { TRANSLATE_OPTIONS } from "../../src/tasks/translate/translate-options.ts";
import { translatePairs } from "../../src/tasks/translate/translate-pairs.ts";

const DEFAULTS = valuesOf("train", TRANSLATE_OPTIONS, {});

describe("pairs", () => {
  const text = (title: string, text: string) => ({ title, text });
  it("come from two files whose lines belong together", async () => {
    const pairs = await translatePairs([text("a.en", "one\ntwo\n"), text("a.de", "eins\r\nzwei")], DEFAULTS);
    expect(pairs).toEqual([
      { source: "one", target: "eins" },
      { source: "two", target: "zwei" },
    ]);
  });

  it("come from columns of a table", async () => {
    const table = text("a.tsv", "x\ty\tz\n\n1\t2\t3\n");
    expect(await translatePairs([table], { sourceColumn: 3, targetColumn: 1 })).toEqual([
      { source: "z", target: "x" },
      { source: "3", target: "1" },
    ]);
  });

  it.each([
    ["a.csv", 'target,n,source\n"eins, zwei",1,"one, two"\n', {}],
    ["a.csv", 'n;en;de\n1;"one, two";eins, zwei\n', { sourceColumn: "en", targetColumn: "3" }],
    ["a.jsonl", '{"target":"eins, zwei","source":"one, two"}\n', {}],
    ["a.tsv", "de\ten\neins, zwei\tone, two\n", { sourceColumn: "en", targetColumn: "de" }],
    ["a.csv", 'en,de\n"one, two","eins, zwei"\n', {}],
  ])("come from columns of %s by name or number", async (title, table, columns) => {
    const pairs = await translatePairs([text(title, table)], { ...DEFAULTS, ...columns });
    expect(pairs).toEqual([{ source: "one, two", target: "eins, zwei" }]);
  });

  it("name a column that a table lacks", async () => {
    const read = (columns: object) =>
      translatePairs([text("a.csv", "en,de\none,eins\n")], { ...DEFAULTS, ...columns });
    await expect(read({ targetColumn: "ge" })).rejects.toThrow(
      /targetColumn is "ge", needed a column of a\.csv/,
    );
    await expect(read({ sourceColumn: 3 })).rejects.toThrow(/sourceColumn is 3, needed one of the 2 columns/);
  });

  it.each([
    ["a.csv", "id,en,de\n1,one,eins\n", { sourceColumn: "en" }, "targetColumn", "en"],
    ["a.csv", "id,en,de\n1,one,eins\n", { targetColumn: "id" }, "sourceColumn", "id"],
    ["a.tsv", "one\teins\n", { sourceColumn: 2 }, "targetColumn", "2"],
  ])("of %s have two columns, unless one is named twice", async (title, table, columns, other, name) => {
    const read = (more: object) => translatePairs([text(title, table)], { ...DEFAULTS, ...columns, ...more });
    await expect(read({})).rejects.toThrow(
      `${other} is not given, needed a column of ${title} beside ${name}`,
    );
    const [pair] = await read({ [other]: Object.values(columns)[0] });
    expect(pair.source).toBe(pair.target);
  });

  it.each([
    [[text("a.en", "one\ntwo\nthree"), text("a.de", "eins\n")], /a\.de ends after line 1, and a\.en goes on/],
    [[text("a.en", "one")], /a\.en has no file of targets behind it/],
    [[text("a.tsv", "x\ty\nz\n")], /a\.tsv, line 2 has 1 column apart by tabs/],
    [[], /data is empty/],
    [[text("a.en", ""), text("a.de", "")], /there is no pair in a\.en and a\.de/],
    [
      [text("a.jsonl", '{"source":"one"}\n')],
      /a\.jsonl has one column, source, needed one of sources and one/,
    ],
    [
      [text("a.csv", "target,x\neins,1\n")],
      /sourceColumn is not given, needed a column of a\.csv beside target/,
    ],
    [[{ source: "a" }], /is no pair/],
  ])("that do not fit are refused", async (entries, message) => {
    await expect(translatePairs(entries as never, DEFAULTS)).rejects.toThrow(message);
  });
});

test.each([
  [{ hiddenSize: 33 }, /hidden size is 33|hiddenSize is 33/],
  [{ attentionHeads: 3 }, /attentionHeads is 3/],
  [{ joint: true, sourceTokenizer: "char" }, /joint is true/],
  [{ tie: "all" }, /tie is all, needed a joint vocabulary/],
  [{ maxLength: 1 }, /maxLength is 1/],
  [{ vocabSize: 256 }, /vocabSize is 256, needed at least 257 for byte pairs/],
  [{ vocabSize: 256, tokenizer: "word", targetTokenizer: "bpe" }, /vocabSize is 256/],
  [{ coverage: true, feeding: "output" }, /coverage is true, needed attention additive/],
  [{ attention: "dot", projectionSize: 4 }, /attention is dot, needed general or additive/],
  [{ attention: "none", feeding: "output" }, /feeding is output, needed an attention/],
])("settings that contradict each other are refused", (given, message) => {
  const settle = () => TRANSLATE.settle(given as never, valuesOf("train", TRANSLATE_OPTIONS, given));
  expect(settle).toThrow(message);
});

test("a few words are a vocabulary, whatever byte pairs need", () => {
  const given = { vocabSize: 20, sourceTokenizer: "word", targetTokenizer: "char" } as const;
  expect(TRANSLATE.settle(given, valuesOf("train", TRANSLATE_OPTIONS, given))).toMatchObject(given);
});
