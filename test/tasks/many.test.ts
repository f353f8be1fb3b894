// A call takes some 120,000 arguments, in a worker some 500,000; data may have more of anything.
import { expect, it } from "vitest";
import { train } from "../../src/index.ts";
import { valuesOf } from "../../src/options/option.ts";
import { CLASSIFY_OPTIONS } from "../../src/tasks/classify/classify-options.ts";
import { classifyRecords } from "../../src/tasks/classify/classify-records.ts";
import { stepsAhead } from "../../src/tasks/forecast/forecast-reading.ts";
import type { ForecastSeries } from "../../src/tasks/forecast/forecast-series.ts";
import { TAG_OPTIONS } from "../../src/tasks/tag/tag-options.ts";
import { untaggedRecords } from "../../src/tasks/tag/tag-records.ts";

const MANY = 200_000;

it("texts of one file", async () => {
  const source = { title: "many.txt", text: "a\n".repeat(MANY) };
  const { records } = await classifyRecords([source], valuesOf("train", CLASSIFY_OPTIONS, {}));
  expect(records).toHaveLength(MANY);
});

it("sentences of one file", async () => {
  const source = { title: "many.conll", text: "a\n\n".repeat(MANY) };
  const settings = valuesOf("train", TAG_OPTIONS, {});
  const records = await untaggedRecords([source], settings, undefined, (text) => [text]);
  expect(records).toHaveLength(MANY);
});

it("numbers of one window that is tagged, with a checkpoint of its training", async () => {
  const features = 3000;
  const tags = Array.from({ length: 256 }, (_, step) => (step < 128 ? "up" : "down"));
  const record = { values: new Float32Array(tags.length * features), tags };
  const settings = { threads: 1, hiddenSize: 2, budget: { steps: 1 }, checkpointEvery: { steps: 1 } };
  const events: string[] = [];
  const data = { train: [record, record], val: [record] };
  for await (const { type } of train({ task: "tag", data: data as never, settings: settings as never }))
    events.push(type);
  expect(events).toContain("checkpoint");
});

it("series that are forecast", () => {
  const values = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
  const one: ForecastSeries = {
    name: null,
    start: null,
    values,
    known: values,
    observed: values,
    statics: [],
  };
  const columns = { time: null, series: null, targets: ["1"], known: [], observed: [], static: [] };
  const found = { series: new Array<ForecastSeries>(MANY).fill(one), columns, times: null, notes: [] };
  expect(stepsAhead(found, { horizon: null, season: null })).toEqual({ horizon: 3, season: 1 });
});
