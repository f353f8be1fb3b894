import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ModelFiles } from "../../src/index.ts";
import { openModel, train } from "../../src/index.ts";
import { required } from "../required.ts";

type Event = { type: string } & Record<string, unknown>;

async function trained(data: object, settings: object) {
  const events: Event[] = [];
  const run = train({
    task: "forecast",
    data: data as never,
    settings: { threads: 1, ...settings } as never,
  });
  for await (const event of run) events.push(event as Event);
  const last = (type: string) => events.filter((event) => event.type === type).at(-1)!;
  return { start: last("start"), end: last("end"), files: last("model").files as ModelFiles, events };
}

/** A table with a header, as a source. */
function table(lines: readonly string[], title = "data.csv") {
  return { title, text: `${lines.join("\n")}\n` };
}

const day = (step: number) => new Date(Date.UTC(2024, 0, 1 + step)).toISOString().slice(0, 10);

describe("a line", () => {
  it("goes on, from eight short rows and the defaults, at an offset that was never seen", async () => {
    const rows = [1, 10, 23, 31, 47, 52, 68, 90].map((first) => [0, 1, 2, 3, 4].map((step) => first + step));
    const { files } = await trained({ train: rows }, { horizon: 3 });
    const model = await openModel(files, { task: "forecast" });
    const { series, times, mean, quantiles } = await model.predict([200, 201]);
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

describe("distributions", () => {
  const season = [3, 9, 4, 1];
  const noise = (step: number) => ((step * 7919) % 13) / 13 - 0.5;
  const rows = (of: (step: number) => number) => [
    Array.from({ length: 160 }, (_, step) => of(step)),
    Array.from({ length: 160 }, (_, step) => of(step + 2)),
  ];

  it.each([
    ["gaussian", (step: number) => 20 + 0.2 * step + season[step % 4] + noise(step), 1.5],
    ["student-t", (step: number) => -5 + season[step % 4] + 0.3 * noise(step), 1],
    ["negative-binomial", (step: number) => 10 * season[step % 4] + Math.round(4 * noise(step)), 9],
  ] as const)("%s: paths go on with season and trend", async (distribution, of, most) => {
    const { files } = await trained(
      { train: rows(of) },
      {
        distribution,
        horizon: 8,
        season: 4,
        context: 24,
        hiddenSize: 32,
        budget: { steps: 300 },
        learningRate: 0.01,
      },
    );
    const model = await openModel(files, { task: "forecast" });
    const history = Array.from({ length: 40 }, (_, step) => of(200 + step));
    const { mean, quantiles } = await model.predict(history);
    for (let step = 0; step < 8; step++) {
      const actual = of(240 + step);
      expect(
        Math.abs((quantiles["0.5"][step] as number) - actual),
        `step ${step}: ${mean[step]}`,
      ).toBeLessThan(most);
      expect(quantiles["0.1"][step]).toBeLessThanOrEqual(quantiles["0.9"][step] as number);
    }
    if (distribution === "negative-binomial")
      for (const value of quantiles["0.1"]) expect(value).toBeGreaterThanOrEqual(0);
  });
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

  it("several targets are forecast together", async () => {
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

describe("streams of frames", () => {
  it("of keys are learned, transposed, and measured in nats a frame", async () => {
    // Each chord follows from the one before it; keys are transposed, so that only differences tell.
    const chords = [
      [60, 64, 67],
      [57, 60, 64],
      [53, 57, 60],
      [55, 59, 62],
    ];
    const piece = (first: number) => Array.from({ length: 24 }, (_, step) => chords[(first + step) % 4]);
    const pieces = { train: [0, 1, 2, 3].map(piece), valid: [piece(1)], test: [piece(2), piece(3)] };
    const source = { title: "chorales.json", text: JSON.stringify(pieces) };
    const { start, end, files } = await trained(
      { train: [source] },
      {
        distribution: "bernoulli",
        transpose: 2,
        hiddenSize: 32,
        learningRate: 0.02,
        budget: { steps: 400 },
        dropout: 0,
      },
    );
    expect(start).toMatchObject({ streams: 4, validationStreams: 1, frameWidth: 88 });
    // Chance for three keys of 88 is 13 nats.
    expect((end.test as { lossNats: number }).lossNats).toBeLessThan(1);
    const model = await openModel(files, { task: "forecast" });
    expect(await model.evaluate({ train: [source] })).toEqual(end.test);
  });

  it("of pen strokes are learned by a mixture", async () => {
    const lines = Array.from(
      { length: 200 },
      (_, step) => `${step % 2 === 0 ? 3 : -2},${(step % 4) - 1},${step % 8 === 7 ? 1 : 0}`,
    );
    const { end } = await trained(
      {
        train: [0, 1, 2].map((each) =>
          table(["dx,dy,lift", ...lines.slice(each * 10, each * 10 + 120)], `${each}.csv`),
        ),
      },
      {
        distribution: "mixture:3",
        hiddenSize: 24,
        learningRate: 0.02,
        budget: { steps: 200 },
        valFraction: 0.3,
        dropout: 0,
      },
    );
    expect((end.evaluation as { lossNats: number }).lossNats).toBeLessThan(0);
    await expect(
      trained(
        { train: [table(["dx,dy,lift", "1,2,0", "1,2,0.5"], "pen.csv")] },
        { distribution: "mixture:3" },
      ),
    ).rejects.toThrow("pen.csv, line 3: 1, 2, 0.5, needed two numbers and 0 or 1");
  });

  it("refuse keys that no piano has", async () => {
    const source = { title: "a.json", text: "[[[60],[200]]]" };
    await expect(trained({ train: [source] }, { distribution: "bernoulli" })).rejects.toThrow(
      "a.json has the key 200",
    );
  });
});

describe("anomalies", () => {
  const path = "../shared/data/series/daily-min-temperatures.csv";
  it.skipIf(!required(existsSync(path), `${path} is not there`))(
    "that were planted in a real series are found",
    async () => {
      const [header, ...rows] = readFileSync(path, "utf8").trim().split(/\r?\n/);
      const { files } = await trained(
        { train: [table([header, ...rows.slice(0, 2500)])] },
        { horizon: 3, context: 28, season: 1, hiddenSize: 16, budget: { steps: 200 } },
      );
      const planted = [120, 230, 341, 470, 555];
      const later = rows.slice(2500, 3150).map((row, at) => {
        const [date, value] = row.split(",");
        return planted.includes(at) ? `${date},${Number(value) + 22}` : row;
      });
      const model = await openModel(files, { task: "forecast" });
      const found: { time: string; score: number; threshold: number; anomalous: boolean }[] = [];
      for await (const each of model.answers({ sources: [table([header, ...later])] }, { anomaly: true }))
        found.push(each as (typeof found)[number]);
      expect(found.length).toBeGreaterThan(600);
      expect(Object.keys(found[0])).toEqual(["time", "score", "threshold", "anomalous"]);
      const said = new Set(found.filter(({ anomalous }) => anomalous).map(({ time }) => time));
      const dates = planted.map((at) => later[at].split(",")[0].replaceAll('"', ""));
      for (const date of dates) expect(said, date).toContain(date);
      // The day after is as far from what came before it; of all others hardly any.
      expect(said.size).toBeLessThanOrEqual(2 * planted.length + 3);
    },
  );
});
