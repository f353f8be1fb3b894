import { expect, it } from "vitest";
import type { Surprise } from "../../tasks/language/evaluation/surprise.ts";
import { DEFAULT_SETTINGS } from "../../training/resolve-settings.ts";
import type { RunRecord } from "../log/run-log.ts";
import { trainingJson } from "../log/training-json.ts";
import { escaped } from "./escaped.ts";
import { lineChart } from "./line-chart.ts";
import { passage } from "./passage.ts";
import { reportHtml } from "./report-html.ts";
import { runHistory } from "./run-history.ts";

const start = trainingJson(
  {
    type: "start",
    task: "language",
    settings: DEFAULT_SETTINGS,
    backend: "wasm",
    backendReason: "asked for",
    parameters: 945_855,
    vocabularySize: 104,
    trainingTokens: 2_114_390,
    validationTokens: 234_933,
    stepsPerEpoch: 100,
    totalSteps: 1000,
    memoryBytes: 84_200_000,
    secondsPerEpoch: 61,
    threads: 2,
    unknownTokens: 0,
    resumedAt: null,
  },
  null,
  null,
) as RunRecord;
const stepOf = (step: number, lossNats: number | null = 1 + 1 / step): RunRecord => ({
  type: "step",
  step,
  lossNats,
  gradientNorm: 0.5,
  learningRate: 0.005,
  tokensPerSecond: step === 1 ? 0 : 20_000,
});
const stepsUpTo = (last: number) => Array.from({ length: last }, (_, index) => stepOf(index + 1));
const evalOf = (step: number, lossNats: number): RunRecord => ({
  type: "eval",
  step,
  lossNats,
  perplexity: Math.exp(lossNats),
  bitsPerCharacter: lossNats / Math.LN2,
});
const sampleOf = (step: number): RunRecord => ({ type: "sample", step, text: `what it says after ${step}` });
const end: RunRecord = {
  type: "end",
  reason: "steps",
  steps: 1000,
  seconds: 75,
  tokensPerSecond: 19_000,
  lossNats: 1.25,
  bitsPerCharacter: 1.8,
};
const report = (records: Iterable<RunRecord>, surprises: readonly Surprise[] | null = null) =>
  reportHtml("models/mine", runHistory(records), surprises);
/** What stands in the page for a name: the figure, or the table's cell. */
const figureOf = (html: string, name: string) => new RegExp(`<dt>${name}</dt><dd>([^<]*)`).exec(html)?.[1];
const cellOf = (html: string, name: string) => new RegExp(`<td>${name}</td><td>([^<]*)`).exec(html)?.[1];

it("has the figures of the run's end, all settings and all facts", () => {
  const html = report([start, ...stepsUpTo(1000), evalOf(500, 1.2), evalOf(1000, 1.3), sampleOf(1000), end]);
  expect(figureOf(html, "Held out")).toBe("1.800 bits");
  expect(figureOf(html, "Best at")).toBe("step 500");
  expect(figureOf(html, "Steps")).toBe("1,000");
  expect(figureOf(html, "Time")).toBe("1 min 15 s");
  expect(figureOf(html, "Speed")).toBe("19.0k");
  expect(cellOf(html, "hidden size")).toBe("256");
  expect(html).toContain('title="units per layer"');
  expect(cellOf(html, "learning rate")).toBe(String(DEFAULT_SETTINGS.learningRate));
  expect(cellOf(html, "memory")).toBe("84.2 MB");
  for (const title of ["Loss in nats per token", "Learning rate", "Gradient norm", "Tokens per second"])
    expect(html).toContain(`aria-label="${title} over steps"`);
  expect(html).toContain("what it says after 1000");
});

it("tells of a run of one step, without anything held out, a sample or an end", () => {
  const html = report([start, stepOf(1)]);
  expect(html).toContain("the log ends before the run did");
  expect(figureOf(html, "Held out")).toBeUndefined();
  expect(html).toMatch(/<circle class="train"/);
  expect(html).not.toMatch(/NaN|undefined|Infinity/);
});

it("tells of a log without any record, and of one without a finite loss", () => {
  expect(report([])).toContain("the log ends before the run did");
  const html = report([start, stepOf(1, null), stepOf(2, null), end]);
  expect(figureOf(html, "Steps")).toBe("2");
  expect(html).not.toMatch(/NaN|undefined|Infinity/);
});

it("counts what a resumed run has told again once, as it was the last time", () => {
  const history = runHistory([
    start,
    ...stepsUpTo(10),
    evalOf(10, 1.0),
    sampleOf(10),
    { type: "note", step: 9, text: "warning" },
    start,
    ...[6, 7, 8].map((step) => stepOf(step, 9)),
    evalOf(8, 2.0),
  ]);
  expect(history.resumptions).toBe(1);
  expect(history.loss.buckets.map(({ lastStep }) => lastStep)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(history.loss.buckets.slice(5).map(({ mean }) => mean)).toEqual([9, 9, 9]);
  expect(history.best?.step).toBe(8);
  expect(history.heldOut.buckets.map(({ lastStep }) => lastStep)).toEqual([8]);
  expect(history.samples).toEqual([]);
  expect(history.notes).toEqual([]);
});

it("stays small however long the run, and keeps its first sample, its last, and the reach of the loss", () => {
  function* longRun(): Generator<RunRecord> {
    yield start;
    for (let step = 1; step <= 300_000; step++) {
      yield stepOf(step, step === 150_000 ? 50 : 1 + Math.sin(step) / 10);
      if (step % 100 === 0) yield evalOf(step, 1 + 1 / step);
      if (step % 100 === 50) yield { ...sampleOf(step), text: `${step} ${"<".repeat(10_000)}` };
    }
  }
  const surprises = Array.from({ length: 1500 }, (_, tokenId) => ({
    tokenId,
    text: "<",
    bits: tokenId % 10,
  }));
  const history = runHistory(longRun());
  expect(history.samples[0].step).toBe(50);
  expect(history.samples.at(-1)?.step).toBe(299_950);
  const gaps = history.samples.slice(1, -1).map(({ step }, index) => step - history.samples[index].step);
  expect(gaps.length).toBeGreaterThan(8);
  expect(new Set(gaps).size).toBe(1);
  expect(Math.max(...history.loss.buckets.map(({ most }) => most))).toBe(50);
  const { length } = reportHtml("long", history, surprises);
  expect(length).toBeGreaterThan(100_000);
  expect(length).toBeLessThan(2_000_000);
});

it("shows any text as it is", () => {
  const hostile = `</pre><script>alert("1")</script>&amp;\0\x1b\x7f\x85\ud800'\n\t`;
  expect(escaped(hostile)).toBe(
    "&lt;/pre&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;␀␛␡\ufffd\ufffd&#39;\n\t",
  );
  const html = reportHtml(
    hostile,
    runHistory([
      { ...start, cell: hostile, backendReason: hostile },
      stepOf(1),
      { type: "sample", step: 1, text: hostile },
      { type: "note", step: 1, text: hostile },
    ]),
    [{ tokenId: 0, text: hostile, bits: 1 }],
  );
  expect(html).not.toContain("<script");
  expect(html.match(/&lt;script&gt;alert/g)?.length).toBeGreaterThanOrEqual(6);
});

it("colours a passage by bits, and takes the parts of a character together", () => {
  const html = passage([
    { tokenId: 1, text: "a", bits: null },
    { tokenId: 2, text: "", bits: 1.5 },
    { tokenId: 3, text: "é", bits: 0.25 },
    { tokenId: 4, text: "\n", bits: 0 },
    { tokenId: 5, text: "<", bits: 7.994 },
    { tokenId: 6, text: "y", bits: 2 },
    { tokenId: 7, text: "z", bits: 123 },
  ]);
  expect(html.slice(html.indexOf("<pre"))).toBe(
    '<pre class="passage"><span title="the first token is given">a</span>' +
      '<span class="b2" title="1.75 bits in 2 tokens">é</span>' +
      '<span class="b0" title="0.00 bits">↵\n</span>' +
      '<span class="b6" title="7.99 bits">&lt;</span>' +
      '<span class="b3" title="2.00 bits">y</span>' +
      '<span class="b7" title="123.00 bits">z</span></pre>',
  );
});

it("draws a point where it belongs", () => {
  const svg = lineChart({
    title: "Loss",
    series: [
      {
        name: "loss",
        className: "held",
        points: [
          { x: 0, y: 1 },
          { x: 100, y: 100 },
          { x: 50, y: 10 },
        ],
        hasDots: true,
      },
    ],
    scale: "logarithmic",
    width: 266,
    height: 136,
  });
  // 52 to 252 across, 110 down to 10 up: the middle of the steps, and of the powers of ten.
  expect(svg).toContain('<circle class="held" cx="52" cy="110" r="3"><title>step 0: loss 1</title>');
  expect(svg).toContain('<circle class="held" cx="152" cy="60" r="3"><title>step 50: loss 10</title>');
  expect(svg).toContain('<circle class="held" cx="252" cy="10" r="3">');
});

it("says settings in plain words", () => {
  const page = (settings: object) => reportHtml("m", runHistory([{ type: "start", ...settings }]), null);
  const html = page({
    checkpointEvery: { seconds: 60 },
    evalEvery: 20,
    sampleEvery: 0,
    freeze: ["encoder.*", "decoder.bias"],
    tieWeights: false,
    zoneout: { h: 0.1, c: 0.05 },
    lrWarmup: null,
    noise: {},
    judge: { measure: "accuracy", better: "more" },
    resumedAt: null,
  });
  const cells = [
    ["checkpoint every", "1 min"],
    ["measured every", "20 steps"],
    ["sample every", "none"],
    ["freeze", "encoder.*, decoder.bias"],
    ["tie weights", "no"],
    ["zoneout", "h 0.100, c 0.050"],
    ["noise", "none"],
    ["best by", "accuracy, more is better"],
    ["resumed after step", "none"],
  ];
  for (const [name, value] of cells) expect(cellOf(html, name), name).toBe(value);
  expect(cellOf(page({ checkpointEvery: { steps: 50 }, evalEvery: 0 }), "checkpoint every")).toBe("50 steps");
  expect(html.slice(html.indexOf("<body>"))).not.toContain("{");
});

it("shows a forecaster's windows with their bands, its errors by horizon and its worst series", () => {
  const window = {
    series: "shop <2>",
    error: 1.25,
    origin: 10,
    history: [1, null, 3],
    actual: [4, 5],
    median: [4, 6],
    low: [3, 4],
    high: [5, 8],
  };
  const evaluation = {
    maeByStep: [0.5, 1],
    shown: { worst: [window, { series: "shop 1", error: 0.5 }], windows: [window] },
  };
  const html = reportHtml("models/sales", runHistory([]), null, evaluation);
  expect(html).toContain("Held-out windows");
  expect(html).toContain("shop &lt;2&gt;, 1.25");
  expect(html.match(/class="band held"/g)).toHaveLength(1);
  expect(html).toMatch(/stroke-dasharray="1.5 3"/);
  expect(html).toContain("Errors by horizon");
  expect(html).toContain("<td>shop 1</td><td>0.500</td>");
  expect(reportHtml("m", runHistory([]), null, {})).not.toContain("Held-out windows");
});
