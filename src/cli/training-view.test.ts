import stringWidth from "string-width";
import { expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../training/resolve.ts";
import { TrainingView } from "./training-view.ts";

const CLEAR_LINE = "\r\x1b[2K";
const evaluation = {
  tokens: 1000,
  characters: 1000,
  lossNats: 1.4077,
  perplexity: 4.087,
  bitsPerCharacter: 2.0309,
  standardErrorNats: 0.01,
  unknownTokens: 0,
};
const start = {
  type: "start",
  settings: DEFAULT_SETTINGS,
  backend: "native-avx512",
  backendReason: "best this processor has",
  parameters: 945_855,
  vocabularySize: 104,
  trainingTokens: 2_114_390,
  validationTokens: 234_933,
  stepsPerEpoch: 1033,
  totalSteps: 20_660,
  memoryBytes: 84_200_000,
  secondsPerEpoch: 61,
} as const;
const step = {
  type: "step",
  step: 12_345,
  epoch: 11.95,
  lossNats: 1.4321,
  gradientNorm: 0.5,
  learningRate: 0.003,
  tokensPerSecond: 31_234,
  secondsLeft: 3761,
} as const;

/** Everything a view has written to a terminal or a file. */
function record(isTTY: boolean, columns: number | undefined) {
  let written = "";
  const stream = { isTTY, columns, write: (text: string) => (written += text) };
  return { view: new TrainingView(stream as unknown as NodeJS.WriteStream), written: () => written };
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

it("fits a terminal of 60 columns, with loss, held-out bits, speed and time left on the live line", () => {
  const { view, written } = record(true, 60);
  showAll(view);
  const lines = written().replaceAll(CLEAR_LINE, "\n").split("\n");
  expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(60);
  expect(lines).toContain("loss 1.432  held out 2.031 bits  1:02:41 left");
});

it("leaves out less on a wider terminal", () => {
  const { view, written } = record(true, 100);
  showAll(view);
  expect(written()).toContain(
    "\r\x1b[2K".slice(0, 0) +
      "step 12,345  epoch 11.95  loss 1.432  held out 2.031 bits  31.2k chars/s  1:02:41 left",
  );
});

it("shows no control character of a sample", () => {
  const { view, written } = record(false, undefined);
  showAll(view);
  expect(written()).toContain("interface ·[31mWindow {");
  expect(written()).not.toContain("\x1b");
});

it("says what a run is before its first step", () => {
  const { view, written } = record(false, undefined);
  view.show(start, null);
  expect(written()).toBe(
    `Model    2-layer LSTM of 256 units, embedding 128, 945,855 parameters
Text     2,114,390 characters to learn from, 234,933 held out; vocabulary of 104
Memory   84.2 MB
Backend  native-avx512 (best this processor has)
Time     about 1 min 1 s per epoch of 1,033 steps, 20 min 20 s in all
`,
  );
});

it("does not write a line for every step into a file", () => {
  const { view, written } = record(false, undefined);
  for (let count = 0; count < 1000; count++) view.show(step, null);
  expect(written().split("\n")).toHaveLength(2);
});
