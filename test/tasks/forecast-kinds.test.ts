import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type DrawnStrokes, strokesSvg } from "../../src/cli/report/strokes-svg.ts";
import { openModel } from "../../src/index.ts";
import { required } from "../required.ts";
import { table, trained } from "./train-forecast.ts";

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

it("a distribution reads observed columns as far as they have come", async () => {
  // What comes next is what the other column has just said; the series by itself tells nothing.
  const told = (step: number) => (Math.imul(step * step + 7, 0x9e3779b1) & 0x8000 ? 10 : 0);
  const rows = (steps: number, last: number) => [
    "y,x",
    ...Array.from(
      { length: steps },
      (_, step) => `${told(step - 1)},${step === steps - 1 ? last : told(step)}`,
    ),
  ];
  const source = (last: number) => ({ title: "told.csv", text: rows(60, last).join("\n") });
  const { files } = await trained(
    { train: [{ title: "told.csv", text: rows(300, 0).join("\n") }] },
    {
      distribution: "gaussian",
      target: ["y"],
      observed: ["x"],
      horizon: 2,
      context: 8,
      season: 1,
      hiddenSize: 16,
      scaling: "series",
      budget: { steps: 400 },
      learningRate: 0.02,
    },
  );
  const model = await openModel(files, { task: "forecast" });
  const next = async (last: number) => {
    for await (const answer of model.answers({ sources: [source(last)] }, { samples: 100 }))
      return (answer as { readonly quantiles: Record<string, number[]> }).quantiles["0.5"][0];
    throw new Error("no answer");
  };
  expect((await next(10)) - (await next(0))).toBeGreaterThan(6);
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
    const { end, files } = await trained(
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
    const model = await openModel(files, { task: "forecast" });
    const source = table(["dx,dy,lift", ...lines.slice(0, 40)], "pen.csv");
    for await (const answer of model.answers({ sources: [source] }, { plotFile: "pen.svg" })) {
      const drawn = answer as DrawnStrokes;
      expect(drawn.strokes.slice(0, 2)).toEqual([
        [3, -1, 0],
        [-2, 0, 0],
      ]);
      // It goes on as it has learned: strokes to the right and back in turn.
      expect(drawn.continuation).toHaveLength(200);
      const right = drawn.continuation.slice(0, 20).map(([dx]) => Math.sign(dx));
      expect(right.filter((sign, at) => sign === (at % 2 === 0 ? 1 : -1)).length).toBeGreaterThan(16);
      const svg = strokesSvg([drawn]);
      expect(svg.match(/<path/g)).toHaveLength(2);
      // The pen is down but behind a lift: one move at the beginning, and one behind each of five lifts but the last.
      expect(svg.match(/class="line train" d="([^"]*)"/)![1].match(/M/g)).toHaveLength(5);
    }
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
