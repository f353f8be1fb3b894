// Language models that are told some numbers of each text: how the numbers are read, what is learned, and where they can be used.
import { beforeAll, describe, expect, it } from "vitest";
import { evaluateConditioned } from "../../src/entries/training.ts";
import { writeOnnx } from "../../src/formats/onnx/write/write-model.ts";
import {
  type Device,
  generate,
  type LanguageModel,
  type ModelFiles,
  openDevice,
  openModel,
} from "../../src/index.ts";
import type { CategoryCondition, NumberCondition } from "../../src/tasks/language/condition/condition.ts";
import { openConditionedTexts } from "../../src/tasks/language/condition/conditioned-text.ts";
import { exportedNetwork } from "../../src/tasks/language/model/exported-network.ts";
import { ints, tensor, zeros } from "../../src/tensor/tensor.ts";
import { resolveSettings } from "../../src/training/resolve-settings.ts";
import { expectClose, runInBoth } from "../onnx/runtime.ts";
import { last, type Told, told } from "./conditioned-runs.ts";

/** As many letters as the first number says, and a vowel by the second's sign. */
const textFor = (length: number, side: number) => `${"h".repeat(length)}${side > 0 ? "a" : "e"}`;
const rows = Array.from({ length: 120 }, (_, row) => {
  const [length, side] = [1 + (row % 4), ((row >> 2) % 2 === 0 ? 1 : -1) * (0.5 + (row % 7) / 10)];
  return { text: textFor(length, side), numbers: [length * 10, side] };
});
const table = {
  title: "texts.csv",
  text: `text,length,side\n${rows.map(({ text, numbers }) => `${text},${numbers}`).join("\n")}\n`,
};
const SETTINGS = { condition: "length, side", batchSize: 8, valFraction: 0.1 };

let device: Device;
let events: readonly Told[];
let model: LanguageModel;
beforeAll(async () => {
  device = await openDevice({ backend: "wasm" });
  // Equal texts stand in one part, so that a text of each kind is measured on.
  const data = { train: [table], val: [table] };
  events = await told(data, { ...SETTINGS, budget: { epochs: 25 } });
  model = await openModel(last(events, "model").files as ModelFiles, { device, task: "language" });
}, 120_000);

async function written(from: LanguageModel, condition?: string | readonly number[]): Promise<string> {
  let text = "";
  for await (const piece of generate(from, "", { temperature: 0, maxNewTokens: 12, condition }))
    text += piece;
  return text;
}

describe("a language model with numbers as its condition", () => {
  it("writes what the numbers ask for, from a list or a text", async () => {
    for (const length of [1, 2, 3, 4])
      for (const side of [-0.8, 0.8])
        expect(await written(model, [length * 10, side])).toBe(textFor(length, side));
    expect(await written(model, "20, -1")).toBe("hhe");
  });

  it("knows the columns with their means and deviations, of the texts to learn from", async () => {
    const mean = (place: number) => rows.reduce((sum, { numbers }) => sum + numbers[place], 0) / rows.length;
    const deviation = (place: number) =>
      Math.sqrt(
        rows.reduce((sum, { numbers }) => sum + (numbers[place] - mean(place)) ** 2, 0) / rows.length,
      );
    const condition = model.config.condition as NumberCondition;
    expect(condition).toMatchObject({
      name: "length, side",
      size: 16,
      numbers: [{ name: "length" }, { name: "side" }],
    });
    for (const [place, found] of condition.numbers.entries()) {
      expect(found.mean).toBeCloseTo(mean(place), 9);
      expect(found.deviation).toBeCloseTo(deviation(place), 9);
    }
    expect(events.filter(({ type }) => type === "note").map(({ text }) => text)).toContainEqual(
      expect.stringContaining("read as numbers: length 25 ± 11.18, side"),
    );
  });

  it("is measured with the numbers and without", async () => {
    const { lossNats, lossNatsWithoutCondition } = last(events, "end").evaluation as Record<string, number>;
    expect(lossNatsWithoutCondition - lossNats).toBeGreaterThan(0.2);
    const given = rows.map(({ text, numbers }) => ({ text, condition: numbers }));
    const found = await evaluateConditioned(model, given);
    expect(await evaluateConditioned(model, [table])).toEqual(found);
    expect(found.lossNats).toBeCloseTo(lossNats, 6);
    const hidden = rows.map(({ text }) => ({ text, condition: "" }));
    expect((await evaluateConditioned(model, hidden)).lossNats).toBeCloseTo(lossNatsWithoutCondition, 6);
  });

  it("runs, streams and pools the same results as the model under these numbers, which reads tokens alone", async () => {
    const ids = [...model.tokenizer.encode("hha")];
    const [first, second] = (
      model.config.condition as unknown as { numbers: { mean: number; deviation: number }[] }
    ).numbers;
    const row = [(20 - first.mean) / first.deviation, (0.7 - second.mean) / second.deviation, 1];
    expect(model.inputs).toEqual([
      { name: "ids", axes: ["B", "T"], kind: "int" },
      { name: "condition", axes: ["B", "T", 3], kind: "float" },
    ]);
    const shape = [1, ids.length];
    const { logits } = await model.run({
      ids: { shape, data: ids },
      condition: { shape: [...shape, 3], data: ids.flatMap(() => row) },
    });
    const session = model.session();
    const stepped = ids.flatMap((id) => [
      ...(session.step({ ids: [id], condition: row }).logits.data as Float32Array),
    ]);
    const own = await model.conditionedOn([20, 0.7]);
    const alone = await own.run({ ids: { shape, data: ids } });
    for (const [place, value] of (logits.data as Float32Array).entries()) {
      expect(stepped[place]).toBeCloseTo(value, 4);
      expect(alone.logits.data[place]).toBeCloseTo(value, 4);
    }
    expect(await written(await model.conditionedOn())).toBe(await written(model));
    await expect(model.run({ ids: [[1, 2]], condition: [[[0, 0, 1]]] })).rejects.toThrow(
      "condition is [1, 1, 3], needed [1, 2, 3]",
    );
  });

  it("is written as ONNX with the numbers as an input", async () => {
    const ids = ints(device, [...model.tokenizer.encode("hhahea")], [2, 3]);
    const numbers = Float32Array.from({ length: 18 }, (_, at) => (at % 3 === 2 ? 1 : at / 10 - 1));
    const condition = tensor(device, numbers, [2, 3, 3]);
    const file = writeOnnx(await exportedNetwork(model));
    const before = zeros(device, [1, 2, 24]);
    const [theirs, ours] = await runInBoth(device, file, {
      ids,
      condition,
      "rnn.h_0": before,
      "rnn.c_0": before,
    });
    const { logits } = await model.run({ ids, condition } as never);
    expectClose(theirs.logits, logits.shape, logits.data as Float32Array);
    expectClose(ours.logits, logits.shape, logits.data as Float32Array);
  });

  it("is the same after it was saved and opened, and its card shows how to ask it", async () => {
    const files = await model.files();
    const again = await openModel(files, { device, task: "language" });
    expect(again.config).toEqual(model.config);
    expect(await written(again, [40, 1])).toBe("hhhha");
    expect(new TextDecoder().decode(files["README.md"])).toMatch(/--condition 25,-?0\.\d+/);
    const config = JSON.parse(new TextDecoder().decode(files["config.json"]));
    config.condition.numbers[0].deviation = 0;
    const broken = { ...files, "config.json": new TextEncoder().encode(JSON.stringify(config)) };
    await expect(openModel(broken, { device })).rejects.toThrow(/config\.json: .*condition\.numbers/);
  });

  it.each([
    ["20", "2 numbers with commas: length, side"],
    ["20,low", "2 numbers with commas: length, side"],
    [[1, 2, 3], "2 numbers with commas: length, side"],
    [[1, Number.NaN], "2 numbers with commas: length, side"],
  ])("says what is missing of %j", async (condition, message) => {
    await expect(written(model, condition)).rejects.toThrow(message);
  });
});

describe("numbers in tables", () => {
  const opened = (source: object, settings: object) =>
    openConditionedTexts({ train: [source as never] }, resolveSettings(settings), undefined);
  const conditionOf = async (source: object, settings: object) => (await opened(source, settings)).condition;
  const priced = (price: (row: number) => string) => ({
    title: "goods.csv",
    text: `text,price\n${rows.map(({ text }, row) => `${text},${price(row)}`).join("\n")}\n`,
  });

  it("are told from categories by how many differ, unless somebody says", async () => {
    const many = priced((row) => (row / 4).toFixed(2));
    const few = priced((row) => String(1950 + (row % 5)));
    expect(await conditionOf(many, { condition: "price" })).toMatchObject({ numbers: [{ name: "price" }] });
    expect(await conditionOf(few, { condition: "price" })).toMatchObject({
      categories: ["1950", "1951", "1952", "1953", "1954"],
    });
    expect(await conditionOf(few, { condition: "price", conditionKind: "numbers" })).toMatchObject({
      numbers: [{ name: "price", mean: expect.closeTo(1952, 0) }],
    });
    const asked = await conditionOf(many, { condition: "price", conditionKind: "categories" });
    expect((asked as CategoryCondition).categories.length).toBeGreaterThan(20);
  });

  it("that are missing make an unknown condition, which is said", async () => {
    const { notes } = await opened(
      priced((row) => (row % 6 === 0 ? "NA" : String(row / 4))),
      { condition: "price", valFraction: 0 },
    );
    expect(notes).toContain("20 texts have no price: learned from as of an unknown one");
  });

  it.each<[string, () => unknown, object, string]>([
    [
      "a word among several numbers",
      () => ({ title: "a.csv", text: "text,a,b\nx,1,2\ny,3,high\n" }),
      { condition: "a,b" },
      'a.csv, line 3, column b: "high" is no number',
    ],
    ["a wrong name of one", () => table, { condition: "lenght,side" }, "did you mean length?"],
    [
      "one value alone",
      () => priced(() => "3"),
      { condition: "price", conditionKind: "numbers" },
      "the one value 3",
    ],
  ])("%s is an error that says so", async (_, source, settings, message) => {
    await expect(opened(source() as object, settings)).rejects.toThrow(message);
  });

  it("go on to the same bits on two threads", async () => {
    const settings = {
      ...SETTINGS,
      ...{ threads: 2, dropout: 0.2, checkpointEvery: { steps: 3 }, budget: { steps: 8 } },
    };
    const whole = await told({ train: [table] }, settings);
    const [, { file }] = whole.filter(({ type }) => type === "checkpoint");
    const resumed = await told({ train: [table] }, settings, { checkpoint: file });
    const weights = (run: readonly Told[]) =>
      Buffer.from((last(run, "model").files as ModelFiles)["model.safetensors"]).toString("base64");
    expect(weights(resumed)).toBe(weights(whole));
    const changed = { ...table, text: table.text.replace("10,", "11,") };
    const [one, other] = await Promise.all([table, changed].map((each) => opened(each, SETTINGS)));
    expect(await one.digest()).not.toBe(await other.digest());
  });
});
