import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ModelFiles } from "../../src/index.ts";
import { openModel, train } from "../../src/index.ts";
import { traceNetwork } from "../../src/inspect/trace-network.ts";
import { required } from "../required.ts";
import { table, trained } from "./train-forecast.ts";

const day = (step: number) => new Date(Date.UTC(2024, 0, 1 + step)).toISOString().slice(0, 10);

describe("a line", () => {
  it("goes on, from eight short rows and the defaults, at an offset that was never seen", {
    tags: "long",
  }, async () => {
    const rows = [1, 10, 23, 31, 47, 52, 68, 90].map((first) => [0, 1, 2, 3, 4].map((step) => first + step));
    const { files } = await trained({ train: rows }, { horizon: 3 });
    const model = await openModel(files, { task: "forecast" });
    const { series, times, mean, quantiles } = await model.predict([200, 201]);
    const look = await model.look([200, 201]);
    const context = look.pieces.length;
    expect(look.pieces.slice(-2)).toEqual(["200", "201"]);
    expect(look.names).toEqual(["step 1", "step 2", "step 3"]);
    expect(look.answer).toMatchObject({ mean, history: [200, 201] });
    // Steps ahead are told from the last value, in the window's scale; half of its steps are one away.
    const [first, second] = [look.said[(context - 1) * 3], look.said[(context - 1) * 3 + 1]];
    expect(second / first).toBeCloseTo(((mean[1] as number) - 201) / ((mean[0] as number) - 201), 4);
    expect(traceNetwork(model.network, look.inputs)).toMatchObject({ steps: context });
    expect({ series, times }).toEqual({ series: null, times: [3, 4, 5] });
    for (const [step, wanted] of [202, 203, 204].entries()) {
      expect(Math.abs((mean[step] as number) - wanted), `step ${step}`).toBeLessThan(0.5);
      expect(Math.abs((quantiles["0.5"][step] as number) - wanted), `step ${step}`).toBeLessThan(0.5);
    }
  });
});

describe("a table of days", () => {
  const weekly = (step: number) => 10 + 0.1 * step + [5, 1, 0, 2, 4, 9, 8][step % 7];
  const rows = Array.from({ length: 200 }, (_, step) => `${day(step)},${weekly(step).toFixed(2)}`);

  it("is forecast with its season and trend, beside baselines on the same windows", async () => {
    const { start, end, files } = await trained(
      {
        train: [table(["date,sales", ...rows.slice(0, 160)])],
        test: [table(["date,sales", ...rows.slice(100)])],
      },
      { horizon: 14, context: 28, budget: { steps: 200 } },
    );
    expect(start).toMatchObject({
      series: 1,
      horizon: 14,
      context: 28,
      season: 7,
      columns: { time: "date", targets: ["sales"] },
      // 144 steps to learn from; 16 are held out.
      trainingWindows: 144 - 14 - 14 + 1,
      validationWindows: 3,
    });
    const { test } = end as unknown as {
      test: Record<string, number> & { baselines: Record<string, Record<string, number>> };
    };
    // The windows of the test part are those whose targets follow its first 28 rows.
    expect(test.windows).toBe(100 - 28 - 14 + 1);
    expect(Object.keys(test.baselines)).toEqual(["naive", "seasonalNaive", "drift", "ridge"]);
    // A week later everything is 0.7 higher, two weeks later 1.4.
    expect(test.baselines.seasonalNaive.mae).toBeCloseTo(1.05, 5);
    expect(test.mae).toBeLessThan(0.2);
    const model = await openModel(files, { task: "forecast" });
    const answers = [];
    for await (const answer of model.answers({ sources: [table(["date,sales", ...rows.slice(50, 120)])] }))
      answers.push(answer);
    expect(answers).toHaveLength(1);
    const [answer] = answers as { times: string[]; mean: number[] }[];
    expect(answer.times).toEqual(Array.from({ length: 14 }, (_, step) => day(120 + step)));
    for (let step = 0; step < 14; step++)
      expect(Math.abs(answer.mean[step] - weekly(120 + step)), `step ${step}`).toBeLessThan(0.5);
  });

  it("may have gaps and be unsorted, which is said", async () => {
    const shuffled = [...rows.slice(80, 150), ...rows.slice(0, 30), ...rows.slice(34, 80)];
    const { events } = await trained(
      { train: [table(["date,sales", ...shuffled])] },
      { horizon: 7, context: 14, budget: { steps: 2 } },
    );
    const notes = events.filter(({ type }) => type === "note").map(({ text }) => text);
    expect(notes).toEqual([
      "Columns, as found out: time: date, target: sales; --time, --target, --series to change.",
      "The rows of 1 series were not in the order of time, and were sorted.",
      "4 steps have no row (4 in a row at most), and count as missing.",
    ]);
  });

  it("gives an error that names line and column", async () => {
    const from = (lines: readonly string[], settings = {}) =>
      trained({ train: [table(["date,sales", ...lines])] }, { horizon: 2, ...settings });
    await expect(from(["2024-01-01,1", "2024-01-02,2", "2024-01-02,3"])).rejects.toThrow(
      "data.csv, line 4 has the same time as data.csv, line 3",
    );
    await expect(from(["2024-01-01,1", "2024-02-30,2"], { time: "date" })).rejects.toThrow(
      'data.csv, line 3, column date: "2024-02-30" is no time',
    );
    await expect(from(["2024-01-01T00:00,1", "2024-01-01T01:00Z,2"])).rejects.toThrow(
      'line 3, column date: "2024-01-01T01:00Z" says its time zone and the first time does not',
    );
    await expect(
      from(["2024-01-01,1", "2024-01-02,2", "2024-01-03,3", "2024-01-04 12:00,4"]),
    ).rejects.toThrow("data.csv, line 5: the time stands between two steps of 1 days");
    await expect(from(["2024-01-01,1", '2024-01-02,"2,5"'], { target: ["sales"] })).rejects.toThrow(
      'line 3, column sales: "2,5" is no number',
    );
    await expect(from(["2024-01-01,1", "2024-01-02,2"], { target: ["sale"] })).rejects.toThrow(
      'target is "sale", needed a column of data.csv: date, sales; did you mean sales?',
    );
    await expect(from(["2024-01-01,1", "2024-01-02,2"])).rejects.toThrow(
      "horizon is 2, needed fewer steps than the longest series has to learn from: 2",
    );
    await expect(from(["2024-01-01,1"], { distribution: "normal" })).rejects.toThrow(
      'distribution is "normal", needed quantiles, gaussian',
    );
  });
});

describe("a series a row", () => {
  it("may be a JSON list a line", async () => {
    const lines = Array.from({ length: 6 }, (_, row) =>
      JSON.stringify([0, 1, 2, 3, 4, 5].map((step) => row * 10 + step)),
    );
    const settings = { wide: "rows", horizon: 2, budget: { steps: 2 } };
    const { start } = await trained({ train: [table(lines, "rows.jsonl")] }, settings);
    expect(start).toMatchObject({ series: 6, context: 2 });
    await expect(trained({ train: [table([...lines, "[1,"], "rows.jsonl")] }, settings)).rejects.toThrow(
      "rows.jsonl, line 7, is no JSON",
    );
  });

  it("is measured behind its history", async () => {
    const wave = (row: number, step: number) => (row + 1) * (10 + [3, -1, 0, 2][step % 4] + 0.05 * step);
    const line = (row: number, from: number, to: number) =>
      [`S${row}`, ...Array.from({ length: to - from }, (_, at) => wave(row, from + at).toFixed(3))].join(",");
    const lines = (from: number, to: number) => [
      ["id", ...Array.from({ length: to - from }, (_, at) => `V${at}`)].join(","),
      ...Array.from({ length: 6 }, (_, row) => line(row, from, to)),
    ];
    const history = table(lines(0, 60), "history.csv");
    const { start, files } = await trained(
      { train: [history] },
      { wide: "rows", horizon: 8, season: 4, context: 16, budget: { steps: 100 } },
    );
    expect(start).toMatchObject({ series: 6, season: 4, context: 16 });
    const model = await openModel(files, { task: "forecast" });
    const data = { train: [table(lines(60, 68), "test.csv")] };
    const found = (await model.evaluate(data, { history: [history] })) as Record<string, number> & {
      baselines: Record<string, Record<string, number>>;
    };
    expect(found).toMatchObject({ windows: 6, horizon: 8 });
    // In its own series, the seasonal naive forecast errs by 0.2 · (row + 1); 8 steps on, by half as much again.
    expect(found.baselines.seasonalNaive.mase).toBeCloseTo(1.5, 2);
    expect(found.mase).toBeLessThan(0.3);
  });
});

describe("a real series", () => {
  const path = "../shared/data/series/airline-passengers.csv";
  it.skipIf(!required(existsSync(path), `${path} is not there`))(
    "is forecast better than by all baselines",
    async () => {
      const { end, start } = await trained(
        { train: [path] },
        { horizon: 12, context: 36, budget: { steps: 600 } },
      );
      const { evaluation } = end as unknown as { evaluation: { mae: number } };
      for (const [name, { mae }] of Object.entries(start.baselines as Record<string, { mae: number }>))
        if (name !== "ridge") expect(evaluation.mae, name).toBeLessThan(mae);
    },
  );
});

describe("columns beside the target", () => {
  it("that are known ahead decide, and are needed ahead", async () => {
    const price = (step: number) => ((step * 31) % 11) / 10;
    const line = (step: number, isAhead = false) =>
      `${day(step)},${price(step)},${isAhead ? "" : (10 - 5 * price(step)).toFixed(3)},a`;
    const header = "date,price,sales,shop";
    const lines = Array.from({ length: 200 }, (_, step) => line(step));
    const settings = {
      target: ["sales"],
      known: ["price"],
      static: ["shop"],
      season: 1,
      horizon: 4,
      context: 8,
    };
    const { files } = await trained(
      { train: [table([header, ...lines])] },
      { ...settings, budget: { steps: 800 }, learningRate: 0.01 },
    );
    const model = await openModel(files, { task: "forecast" });
    const asked = async (count: number) => {
      const ahead = Array.from({ length: count }, (_, step) => line(140 + step, true));
      const source = table([header, ...lines.slice(100, 140), ...ahead], "recent.csv");
      for await (const answer of model.answers({ sources: [source] })) return answer as { mean: number[] };
    };
    const { mean } = (await asked(4))!;
    for (let step = 0; step < 4; step++)
      expect(Math.abs(mean[step] - (10 - 5 * price(140 + step))), `step ${step}`).toBeLessThan(0.8);
    await expect(asked(2)).rejects.toThrow(
      "data is 2 rows behind the last value, needed 4, with a value of price in each and without one of what is forecast",
    );
  });

  it("several targets are forecast together", { tags: "long" }, async () => {
    const lines = Array.from({ length: 120 }, (_, step) => `${day(step)},${step % 7},${100 - step}`);
    const { files, start } = await trained(
      { train: [table(["date,a,b", ...lines])] },
      { target: ["a", "b"], horizon: 7, context: 14, budget: { steps: 200 } },
    );
    expect(start.columns).toMatchObject({ targets: ["a", "b"] });
    const model = await openModel(files, { task: "forecast" });
    const values = Array.from({ length: 30 }, (_, step) => [(step + 3) % 7, 50 - step]);
    const answer = await model.predict({ values });
    expect(answer.targets).toEqual(["a", "b"]);
    for (const [step, [a, b]] of (answer.mean as readonly (readonly number[])[]).entries()) {
      expect(Math.abs(a - ((33 + step) % 7)), `a, step ${step}`).toBeLessThan(0.7);
      expect(Math.abs(b - (20 - step)), `b, step ${step}`).toBeLessThan(2);
    }
  });
});

describe("a run that is resumed", () => {
  it("ends with the bits of one that was not interrupted, on two threads", async () => {
    const lines = Array.from({ length: 150 }, (_, step) => `${day(step)},${(step % 7) + 0.1 * step}`);
    const data = { train: [table(["date,sales", ...lines])] };
    const settings = {
      horizon: 7,
      context: 14,
      budget: { steps: 12 },
      batchSize: 8,
      hiddenSize: 8,
      threads: 2,
      dropout: 0.2,
    };
    const run = async (checkpoint?: Uint8Array) => {
      let [files, middle]: [ModelFiles?, Uint8Array?] = [];
      const request = {
        task: "forecast",
        data,
        checkpoint,
        settings: { ...settings, checkpointEvery: { steps: 5 } },
      };
      for await (const event of train(request as never)) {
        const each = event as unknown as { type: string; step: number; file: Uint8Array; files: ModelFiles };
        if (each.type === "checkpoint" && each.step === 5) middle = each.file;
        if (each.type === "model") files = each.files;
      }
      return { weights: files!["model.safetensors"], middle: middle! };
    };
    const whole = await run();
    expect((await run(whole.middle)).weights).toEqual(whole.weights);
  });
});
