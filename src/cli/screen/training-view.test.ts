import { afterEach, expect, it, vi } from "vitest";
import { started as start } from "../../../test/started-event.ts";
import { virtualTerminal } from "../../../test/virtual-terminal.ts";
import { DEFAULT_SETTINGS } from "../../training/resolve-settings.ts";
import { TrainingView } from "./training-view.ts";

const evaluation = {
  tokens: 1000,
  characters: 1000,
  lossNats: 1.4077,
  perplexity: 4.087,
  bitsPerCharacter: 2.0309,
  standardErrorNats: 0.01,
  unknownTokens: 0,
};
const step = {
  type: "step",
  step: 12_345,
  epoch: 11.95,
  lossNats: 1.4321,
  gradientNorm: 0.5,
  learningRate: 0.003,
  tokensPerSecond: 31_234,
  secondsLeft: 3761,
  memoryBytes: 84_200_000,
} as const;

afterEach(() => vi.unstubAllEnvs());

/** Everything a view has written to a file. */
function record() {
  let written = "";
  const stream = { isTTY: false, columns: undefined, write: (text: string) => (written += text) };
  return { view: new TrainingView(stream as unknown as NodeJS.WriteStream), written: () => written };
}

/** A run as far as its last step, on a terminal of that size. */
async function screenOf(columns: number, rows: number) {
  const terminal = virtualTerminal(columns, rows);
  const view = new TrainingView(terminal.stream);
  showRun(view);
  return { view, terminal, lines: await terminal.lines() };
}

function showRun(view: TrainingView): void {
  view.show(start, null);
  view.recall(
    Array.from({ length: 400 }, (_, index) => ({
      type: "step",
      step: index + 1,
      lossNats: 1.4 + 3 / (index + 1),
    })),
  );
  view.show({ type: "eval", step: 11_000, best: true, ...evaluation, lossNats: 1.4 }, "models/mine");
  view.show({ type: "eval", step: 12_000, best: false, ...evaluation }, "models/mine");
  view.show(
    {
      type: "sample",
      step: 12_000,
      text: "interface \x1b[31mW\u202e {\n\t世界世界世界世界世界世界世界世界世界世界世界世界世界世界世界世界世界世界世界世界世界世界世界世界\n}",
    },
    null,
  );
  view.show(step, "models/mine");
}

function showAll(view: TrainingView): void {
  view.show(start, null);
  view.show({ type: "eval", step: 12_000, best: true, ...evaluation }, "models/mine");
  view.show(
    { type: "sample", step: 12_000, text: `interface \x1b[31mWindow {\n\t${"long ".repeat(40)}\r\n}` },
    null,
  );
  view.show(step, "models/mine");
  view.show(
    { type: "end", reason: "epochs", steps: 20_660, seconds: 1222, tokensPerSecond: 31_000, evaluation },
    "models/mine",
  );
}

it("is one tidy block on a terminal of 60 columns", async () => {
  const { lines, terminal } = await screenOf(60, 30);
  expect(lines.join("\n")).toBe(`Model    2-layer LSTM of 256 units, embedding 128, 945,855
         parameters
Text     2,114,390 characters to learn from, 234,933 held
         out; vocabulary of 104
Memory   84.2 MB
Backend  native-avx512, 2 threads (best this processor has)
Time     about 1 min 1 s per epoch of 1,033 steps, 20 min 20
         s in all
step 11,000  held out 2.031 bits per character, 1.400 nats
  per token
step 12,000  held out 2.031 bits per character, 1.408 nats
  per token  (not the best)

59.8 %    ━━━━━━━━━━━━━━━━━━━━━──────────────  1:02:41 left
step      12,345 of 20,660  epoch 11.95  31.2k chars/s
loss      1.432 nats  █████▇▆▅▄▄▃▃▃▃▂▂▂▂▂▂▂▂▂▂▁▁▁▁▁▁▁▁▁▁▁▁▁
held out  1.408 nats  best 1.400 at step 11,000
gradient  0.500  learning rate 0.003  memory 84.2 MB
sample after 12,000 steps
  interface ·[31mW· {
      世界世界世界世界世界世界世界世界世界世界世界世界世界
  世界世界世界世界世界世界世界世界世界世界世界
  }`);
  expect(await terminal.hasBroken()).toBe(false);
});

it("says more at 80 columns", async () => {
  const { lines, terminal } = await screenOf(80, 30);
  expect(
    lines.slice(-10).join("\n"),
  ).toBe(`59.8 %    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━──────────────────────  1:02:41 left
step      12,345 of 20,660  epoch 11.95  31.2k chars/s
loss      1.432 nats  ███████▇▆▆▅▅▄▄▄▃▃▃▃▃▃▃▂▂▂▂▂▂▂▂▂▂▂▂▂▂▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁
held out  1.408 nats  2.031 bits per character  best 1.400 at step 11,000
gradient  0.500  learning rate 0.003  memory 84.2 MB
sample after 12,000 steps
  interface ·[31mW· {
      世界世界世界世界世界世界世界世界世界世界世界世界世界世界世界世界世界世界
  世界世界世界世界世界世界
  }`);
  expect(await terminal.hasBroken()).toBe(false);
});

it("has the sample beside the numbers at 200 columns", async () => {
  const { lines, terminal } = await screenOf(200, 50);
  expect(
    lines.slice(-8).join("\n"),
  ).toBe(`59.8 %    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━──────────────────────────────────  1:02:41 left │ sample after 12,000 steps
step      12,345 of 20,660  epoch 11.95  31.2k chars/s                                                        │   interface ·[31mW· {
loss      1.432 nats  ██████████▅▂                                                                            │       世界世界世界世界世界世界世界世界世界世界世界世界世界世界世界世界世界世界世界世界
                      █████████████▆▄▃▁                                                                       │   世界世界世界世界
                      ██████████████████▇▆▅▅▄▃▃▂▂▁▁▁                                                          │   }
                      ████████████████████████████████▇▇▇▇▆▆▆▆▅▅▅▅▅▄▄▄▄▄▄▄▃▃▃▃▃▃▃▃▃▃▂▂▂▂▂▂▂▂▂▂▂▂▂▂▁▁▁▁▁▁▁▁▁▁▄ │
held out  1.408 nats  2.031 bits per character  best 1.400 at step 11,000                                     │
gradient  0.500  learning rate 0.003  memory 84.2 MB                                                          │`);
  expect(await terminal.hasBroken()).toBe(false);
});

it.each([
  [20, 10],
  [3, 2],
  [1, 1],
])("stays within a terminal of %d columns and %d rows", async (columns, rows) => {
  const { terminal, view } = await screenOf(columns, rows);
  await terminal.resize(60, 24);
  view.show({ ...step, step: 12_346 }, null);
  expect((await terminal.lines()).slice(-10)[1]).toBe(
    "step      12,345 of 20,660  epoch 11.95  31.2k chars/s",
  );
});

it("leaves no debris when its terminal changes size", async () => {
  // The virtual terminal is the one of VS Code.
  vi.stubEnv("TERM_PROGRAM", "vscode");
  const { terminal } = await screenOf(120, 60);
  for (const columns of [60, 100, 40, 200, 80]) {
    await terminal.resize(columns, 60);
    const lines = await terminal.lines();
    expect(
      lines.filter((line) => line.includes(" left")),
      `${columns} columns`,
    ).toHaveLength(1);
    expect(lines.filter((line) => line.includes("世")).length).toBeLessThanOrEqual(3);
    expect(lines.filter((line) => line.includes("Model"))).toHaveLength(1);
  }
});

it("stays one block on a terminal that has told a width it no longer has", async () => {
  const terminal = virtualTerminal(60, 40);
  Object.assign(terminal.stream, { columns: 100 });
  const view = new TrainingView(terminal.stream);
  showRun(view);
  for (let index = 0; index < 3; index++)
    view.show({ type: "note", step: 12_345, text: `note ${index}` }, null);
  const lines = await terminal.lines();
  expect(lines.filter((line) => line.startsWith("59.8 %"))).toHaveLength(1);
  expect(lines.filter((line) => line.startsWith("sample"))).toHaveLength(1);
});

it("keeps lasting lines above, and at its end nothing else but the last sample", async () => {
  const { view, terminal } = await screenOf(100, 40);
  view.show({ type: "note", step: 12_345, text: "the loss left the numbers\nagain" }, null);
  let lines = await terminal.lines();
  expect(lines.indexOf("step 12,345  the loss left the numbers again")).toBe(7);
  expect(lines[8]).toBe("");
  expect(lines.filter((line) => line.includes(" left"))).toHaveLength(2);

  view.show(
    { type: "end", reason: "epochs", steps: 20_660, seconds: 1222, tokensPerSecond: 31_000, evaluation },
    "models/mine",
  );
  lines = await terminal.lines();
  expect(lines.slice(8).join("\n")).toBe(`Sample after 12,000 steps:
  interface ·[31mW· {
      ${"世界".repeat(23)}世
  界
  }
Trained  20,660 steps in 20 min 22 s, 31.0k characters per second
Held out 2.031 bits per character, 1.408 nats per token, perplexity 4.087
Saved    models/mine`);
});

it("says how to go on after an interruption", async () => {
  const { view, terminal } = await screenOf(100, 40);
  const end = {
    type: "end",
    reason: "aborted",
    steps: 5,
    seconds: 1,
    tokensPerSecond: 10,
    evaluation,
  } as const;
  view.show(end, "models/mine");
  expect((await terminal.lines()).slice(-2)).toEqual([
    "Saved    models/mine",
    "Go on    unrolled train --resume models/mine",
  ]);
});

it("takes its block away when the process ends", async () => {
  const { view, terminal } = await screenOf(100, 40);
  view.close();
  expect((await terminal.lines()).at(-1)).toContain("step 12,000  held out");
  expect(terminal.stream.listenerCount("resize")).toBe(0);
});

it("goes by the clock where the time is given", async () => {
  const terminal = virtualTerminal(60, 24);
  const view = new TrainingView(terminal.stream);
  view.show({ ...start, totalSteps: null, settings: { ...DEFAULT_SETTINGS, budget: { minutes: 2 } } }, null);
  view.show({ ...step, secondsLeft: 30 }, null);
  const lines = await terminal.lines();
  expect(lines.find((line) => line.endsWith(" left"))).toBe(
    "75.0 %    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━─────────  0:30 left",
  );
  expect(lines).toContain("step      12,345  epoch 11.95  31.2k chars/s");
});

it("shows no control character of a sample", () => {
  const { view, written } = record();
  showAll(view);
  expect(written()).toContain("interface ·[31mWindow {");
  expect(written()).not.toContain("\x1b");
});

it("says what a run is before its first step", () => {
  const { view, written } = record();
  view.show(start, null);
  expect(written()).toBe(
    `Model    2-layer LSTM of 256 units, embedding 128, 945,855 parameters
Text     2,114,390 characters to learn from, 234,933 held out; vocabulary of 104
Memory   84.2 MB
Backend  native-avx512, 2 threads (best this processor has)
Time     about 1 min 1 s per epoch of 1,033 steps, 20 min 20 s in all
`,
  );
});

it("does not write a line for every step into a file", () => {
  const { view, written } = record();
  for (let count = 0; count < 1000; count++) view.show(step, null);
  expect(written().split("\n")).toHaveLength(2);
});

it("draws nothing over on a terminal that cannot", async () => {
  vi.stubEnv("TERM", "dumb");
  const { terminal, lines } = await screenOf(100, 30);
  expect(lines.at(-1)).toBe(
    "step 12,345  epoch 11.95  loss 1.432  held out 2.031 bits  31.2k chars/s  1:02:41 left",
  );
  expect(terminal.stream.listenerCount("resize")).toBe(0);
});
