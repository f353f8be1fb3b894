// What a reader of piped output is told while nothing happens for long, and of what happened before.
import { expect, it, vi } from "vitest";
import { started as start } from "../../../test/started-event.ts";
import { TrainingView } from "./training-view.ts";

const step = {
  type: "step",
  step: 7,
  epoch: 0.1,
  lossNats: 1.4,
  gradientNorm: 0.5,
  learningRate: 0.003,
  tokensPerSecond: 31_234,
  secondsLeft: 3761,
  memoryBytes: 84_200_000,
} as const;

/** Everything a view has written to a file. */
function record() {
  let written = "";
  const stream = { isTTY: false, columns: undefined, write: (text: string) => (written += text) };
  return { view: new TrainingView(stream as unknown as NodeJS.WriteStream), written: () => written };
}

it("elsewhere, a line comes at least every ten seconds, whatever takes long", () => {
  vi.useFakeTimers();
  try {
    const { view, written } = record();
    const longest = () => {
      const before = written().length;
      vi.advanceTimersByTime(10_000);
      return written().slice(before);
    };
    view.preparing({ stage: "tokens", units: 10, share: 0.25 });
    expect(longest()).toMatch(/^Making tokens {2}25 % {2}at work for \d+\.\d s …\n$/);
    view.show(start, null);
    expect(longest()).toMatch(/^Beginning {2}at work for .* s …\n$/);
    view.show(step, null);
    expect(longest()).toMatch(/^step 7 {2}at work for .* s …\n$/);
    expect(longest()).toMatch(/^step 7 {2}at work for 1\d s …\n$/);
    view.close();
    expect(longest()).toBe("");
  } finally {
    vi.useRealTimers();
  }
});

it("says what a kill has cost a resumed run", () => {
  const { view, written } = record();
  view.cutOff(37);
  const settings = { ...start.settings, checkpointEvery: { seconds: 60 } };
  view.show({ ...start, settings, resumedAt: 120 }, null);
  expect(written().replace(/\s+/g, " ")).toContain(
    "Resumed after step 120; 37 steps after it had no checkpoint and are made again (never more than 1 min: --checkpoint-every)",
  );
  view.close();
});
