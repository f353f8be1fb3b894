// How texts with categories are read, and runs that learn from them.
import { describe, expect, it } from "vitest";
import type { ModelFiles } from "../../src/index.ts";
import { openConditionedTexts } from "../../src/tasks/language/condition/conditioned-text.ts";
import { resolveSettings } from "../../src/training/resolve-settings.ts";
import { LETTERS, last, records, type Told, told } from "./conditioned-runs.ts";

describe("texts with categories", () => {
  const table = `name,height\n${records.map(({ text, condition }) => `${text},${condition}`).join("\n")}\n`;
  const short = { budget: { steps: 4 } };

  it("are read from tables, JSON lines and files named after their category alike", async () => {
    const csv = { title: "names.csv", text: table };
    const lines = records.map(({ text, condition }) => JSON.stringify({ height: condition, name: text }));
    const jsonl = { title: "names.jsonl", text: lines.join("\n") };
    const byFile = Object.keys(LETTERS).map((name) => ({
      title: `names/${name}.txt`,
      text: records
        .filter(({ condition }) => condition === name)
        .map(({ text }) => `${text}\r\n\n`)
        .join(""),
    }));
    const weights = async (sources: readonly object[]) =>
      Buffer.from(
        (last(await told({ train: sources }, short), "model").files as ModelFiles)["model.safetensors"],
      );
    const first = await weights([csv]);
    for (const sources of [[jsonl], byFile, records])
      expect((await weights(sources)).equals(first)).toBe(true);
  });

  it("that are the same stand in one part", async () => {
    const twice = records.flatMap((record) => [record, { ...record, condition: "low" }]);
    const settings = resolveSettings({ condition: "height" });
    const { training, validation } = await openConditionedTexts({ train: twice }, settings, undefined);
    const textOf = ({ ids }: { readonly ids: Int32Array }) => String(ids);
    const learned = new Set(training.map(textOf));
    expect(validation.length).toBeGreaterThan(0);
    expect(training.length + validation.length).toBe(twice.length);
    for (const document of validation) expect(learned.has(textOf(document))).toBe(false);
  });

  it("without a category are learned from as of an unknown one, which is said", async () => {
    const some = records.map((record, row) => (row % 5 === 0 ? { ...record, condition: "" } : record));
    const said = await told({ train: some, val: records.slice(0, 6) }, short);
    expect(said.filter(({ type }) => type === "note").map(({ text }) => text)).toContain(
      "24 texts have no height: learned from as of an unknown one",
    );
  });

  it("are measured on a test part once, at the end", async () => {
    const end = last(await told({ train: records, test: records.slice(0, 9) }, short), "end");
    expect(end.test).toMatchObject({
      tokens: records.slice(0, 9).reduce((sum, { text }) => sum + text.length + 1, 0),
      lossNatsWithoutCondition: expect.any(Number),
    });
  });

  it.each<[string, object, object, string]>([
    [
      "a column that is not there",
      { train: [{ title: "a.csv", text: table }] },
      { condition: "hight" },
      "did you mean height?",
    ],
    [
      "a column of texts that is not there",
      { train: [{ title: "a.csv", text: table }] },
      { text: "nam" },
      "did you mean name?",
    ],
    ["one category alone", { train: records.slice(0, 30) }, {}, "the one category high"],
    ["no text", { train: [{ title: "a.txt", text: "\n\n" }] }, {}, "needed a text"],
    [
      "a table of categories alone",
      { train: [{ title: "a.csv", text: "height\nlow\n" }] },
      {},
      "needed texts beside",
    ],
    [
      "an unknown category to measure on",
      { train: records, val: [{ text: "x", condition: "lo" }] },
      {},
      "did you mean low?",
    ],
    ["plain text", { text: "to be or not to be".repeat(50) }, {}, "needed data with a list of sources"],
    [
      "categories without a condition",
      { train: records },
      { condition: null, conditionDropout: null },
      "needed a column",
    ],
    [
      "a size without a condition",
      { text: "a".repeat(99) },
      { condition: null, conditionDropout: null, conditionSize: 3 },
      "none without",
    ],
  ])("%s is an error that says so", async (_, data, settings, message) => {
    await expect(told(data, { ...short, ...settings })).rejects.toThrow(message);
  });
});

describe("a run with a condition", () => {
  it.each([1, 2])(
    "that is gone on with ends with the same bits, on %i threads",
    { timeout: 120_000, tags: "long" },
    async (threads) => {
      // Long texts too, whose state is carried over a checkpoint.
      const some = [
        ...records,
        { text: "hl".repeat(20), condition: "high" },
        { text: "m".repeat(33), condition: "low" },
      ];
      const settings = {
        threads,
        seqLength: 8,
        dropout: 0.2,
        evalEvery: 5,
        checkpointEvery: { steps: 3 },
        budget: { steps: 26 },
      };
      const whole = await told({ train: some }, settings);
      const end = ({ seconds: _, tokensPerSecond: __, ...rest }: Told) => rest;
      const weights = (run: readonly Told[]) =>
        Buffer.from((last(run, "model").files as ModelFiles)["model.safetensors"]).toString("base64");
      const checkpoints = whole.filter(({ type }) => type === "checkpoint");
      expect(checkpoints.length).toBeGreaterThan(5);
      for (const { file } of checkpoints.filter((_, index) => index % 3 === 1)) {
        const resumed = await told({ train: some }, settings, { checkpoint: file });
        expect(end(last(resumed, "end"))).toEqual(end(last(whole, "end")));
        expect(weights(resumed)).toBe(weights(whole));
      }
      const other = [...some.slice(1), { text: "other", condition: "low" }];
      await expect(told({ train: other }, settings, { checkpoint: checkpoints[0].file })).rejects.toThrow();
    },
  );

  it("begins with a trained model, its categories and its sizes", async () => {
    const files = last(await told({ train: records }, { budget: { steps: 2 } }), "model").files as ModelFiles;
    const more = records.filter(({ condition }) => condition !== "middle");
    const next = await told({ train: more }, { budget: { steps: 3 }, conditionSize: 5 }, { model: files });
    const config = JSON.parse(
      new TextDecoder().decode((last(next, "model").files as ModelFiles)["config.json"]),
    );
    expect(config.condition).toEqual({ name: "height", categories: ["high", "low", "middle"], size: 16 });
    const strange = [...records, { text: "x", condition: "deep" }];
    await expect(told({ train: strange, val: records }, {}, { model: files })).rejects.toThrow(
      'condition is "deep"',
    );
  });
});
