// What becomes of data as people have them: each has a stated treatment, or an error with its place.
import { describe, expect, it } from "vitest";
import { STANDARD_INPUT } from "../../src/data/tables/data-source.ts";
import { openDevice } from "../../src/index.ts";
import { forecastErrorScale, meanAbsoluteScaledError } from "../../src/metrics/forecast-errors.ts";
import { CLASSIFY } from "../../src/tasks/classify/classify-description.ts";
import { ClassifyReader } from "../../src/tasks/classify/classify-examples.ts";
import { classifyRecords, unlabelledRecords } from "../../src/tasks/classify/classify-records.ts";
import { classifyTask } from "../../src/tasks/classify/classify-task.ts";
import { learnedOnce, logitShift } from "../../src/tasks/classify/learned-once.ts";
import { heldOut } from "../../src/tasks/examples/held-out.ts";
import { FORECAST } from "../../src/tasks/forecast/forecast-description.ts";
import { forecastSeries } from "../../src/tasks/forecast/forecast-series.ts";
import { resolveSettingsOf } from "../../src/training/resolve-settings.ts";

const piped = (text: string) => ({ title: STANDARD_INPUT, text });

describe("what is held out", () => {
  const split = (groups: readonly (readonly [string, string])[], share = 0.1) =>
    heldOut(
      groups.map(([group, label]) => ({ group, label })),
      { share, seed: 1, groupOf: ({ group }) => group, labelsOf: ({ label }) => [label] },
    );

  it("is one group at least, and never the last with a label", () => {
    const recordings = [
      ["1", "walk"],
      ["2", "walk"],
      ["3", "run"],
    ] as const;
    for (let share = 0.1; share < 1; share += 0.2) {
      const { training, heldOut: held } = split(recordings, share);
      expect(held.map(({ label }) => label)).toEqual(["walk"]);
      expect(training.map(({ label }) => label)).toEqual(["walk", "run"]);
    }
  });

  it("is refused where each group has a label of its own", () => {
    expect(() =>
      split([
        ["walk.csv", "walk"],
        ["run.csv", "run"],
      ]),
    ).toThrow("each group has a label that no other one has");
  });

  it("is something of labels that have few examples each", () => {
    const labels = Array.from({ length: 40 }, (_, at) => `intent ${at >> 1}`);
    const { training, heldOut: held } = heldOut(labels, {
      ...{ share: 0.1, seed: 3, labelOf: (label: string) => label },
      labelsOf: (label) => [label],
    });
    expect(held.length).toBe(4);
    expect(new Set(training).size).toBe(20);
  });
});

describe("recordings", () => {
  it("that are shorter than a window are read as they are", () => {
    const reader = new ClassifyReader({
      ...{ labels: ["a", "b"], isMultiLabel: false, scaler: { mean: [0], deviation: [1] } },
      ...{ features: ["x"], window: 4, stride: 2 },
    });
    const sizes = (steps: number) =>
      reader.inputs({ values: new Float64Array(steps) }).map(({ size }) => size);
    expect([sizes(3), sizes(4), sizes(7)]).toEqual([[3], [4], [4, 4]]);
  });
});

describe("standard input", () => {
  const settings = resolveSettingsOf(CLASSIFY, {});
  const columns = { label: "mood", text: "said" };

  it("is a table where its first line names a column, and texts where it does not", async () => {
    const texts = async (text: string) =>
      (await unlabelledRecords([piped(text)], settings, columns)).map((each) => "text" in each && each.text);
    expect(await texts('mood,said\n1,"Fine, I think"\n')).toEqual(["Fine, I think"]);
    expect(await texts('{"mood":1,"said":"Fine, I think"}\n')).toEqual(["Fine, I think"]);
    expect(await texts("Fine, I think\nI said so\n")).toEqual(["Fine, I think", "I said so"]);
  });

  it("is a table to learn from", async () => {
    const { records, columns: found } = await classifyRecords([piped("mood;said\n1;so so\n0;no\n")], {
      ...settings,
      label: "mood",
    });
    expect(found).toEqual(columns);
    expect(records).toMatchObject([{ text: "so so", label: "1" }, { text: "no" }]);
  });
});

describe("series", () => {
  const read = (text: string, given = {}) =>
    forecastSeries([{ title: "sales.csv", text }], resolveSettingsOf(FORECAST, given));

  it("have columns that were found out, which is said", async () => {
    const { notes } = await read("date,price,sales\n2024-01-01,2,5\n2024-01-02,2,6\n");
    expect(notes).toEqual([
      "Columns, as found out: time: date, target: sales; --time, --target, --series to change.",
    ]);
    const named = await read("date,sales\n2024-01-01,5\n2024-01-02,6\n", { time: "date", target: ["sales"] });
    expect(named.notes).toEqual([]);
  });

  it("whose numbers have commas are an error with line and column, not another column", async () => {
    await expect(read('date,price,sales\n2024-01-01,2,"1,005"\n2024-01-02,2,6\n')).rejects.toThrow(
      'sales.csv, line 2, column sales: "1,005" is no number',
    );
  });
});

describe("the scale of errors", () => {
  const week = [3, 1, 4, 1, 5, 9, 2];

  it("is the error of the last value where a season repeats exactly", () => {
    const seasons = [...week, ...week, ...week];
    const steps = seasons.slice(1).map((value, at) => Math.abs(value - seasons[at]));
    const mean = steps.reduce((sum, each) => sum + each, 0) / steps.length;
    expect(forecastErrorScale(seasons, 7)).toBeCloseTo(mean, 12);
    expect(meanAbsoluteScaledError([4], [3], seasons, 7)).toBeCloseTo(1 / mean, 12);
    // What rounding leaves of no error is none.
    expect(forecastErrorScale([...week, ...week.map((value) => value + 1e-15)], 7)).toBeGreaterThan(1);
  });

  it("is that of a season where there is one, and none of a series that never changes", () => {
    expect(forecastErrorScale([1, 2, 3, 5], 2)).toBe(2.5);
    expect(forecastErrorScale([1, 2], 7)).toBe(1);
    expect(forecastErrorScale([7, 7, 7, 7], 2)).toBeNaN();
  });
});

describe("equal texts", () => {
  it("are learned from once, and labels count as often as they stand there", () => {
    const record = (text: string, label: string) => ({ text, label });
    const records = [
      record("Ali", "ar"),
      record("Ali", "ar"),
      record("Ali", "en"),
      record("Ali", "ar"),
      record("Bo", "en"),
    ];
    expect(learnedOnce(records)).toEqual([record("Ali", "ar"), record("Ali", "en"), record("Bo", "en")]);
    // Of what is learned from a third is "ar", of what stands there three fifths; what nobody has is left as it is.
    const [ar, en, none] = logitShift([1, 2, 0], [3, 2, 0]);
    expect(ar).toBeCloseTo(Math.log(1 / 3 / (3 / 5)), 12);
    expect(en).toBeCloseTo(Math.log(2 / 3 / (2 / 5)), 12);
    expect(none).toBe(0);
  });
});

it("a classifier is judged by the loss at the temperature that suits it, also while it learns", async () => {
  const device = await openDevice({ backend: "wasm" });
  const records = Array.from({ length: 12 }, (_, at) => ({
    text: `word${at % 5} ${at}`,
    label: `${at % 3}`,
  }));
  const settings = resolveSettingsOf(CLASSIFY, { hiddenSize: 4, embeddingSize: 3, bidirectional: false });
  const prepared = await classifyTask.prepare({
    device,
    data: { train: records, val: records } as never,
    settings,
    threads: 1,
  });
  const { model } = classifyTask.replica(device, prepared.options, 1);
  model.eval();
  const found = async (how: "quick" | "whole") =>
    (await prepared.measure!(model, how)) as { readonly lossNats: number; readonly temperature: number };
  const quick = await found("quick");
  expect(quick.temperature).not.toBe(1);
  expect(quick).toEqual(await found("whole"));
});
