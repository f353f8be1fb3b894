// What a view says before the first step.
import { expect, it, vi } from "vitest";
import { started as start } from "../../../test/started-event.ts";
import { virtualTerminal } from "../../../test/virtual-terminal.ts";
import { TrainingView } from "./training-view.ts";

/** Everything a view has written to a file. */
function record() {
  let written = "";
  const stream = { isTTY: false, columns: undefined, write: (text: string) => (written += text) };
  return { view: new TrainingView(stream as unknown as NodeJS.WriteStream), written: () => written };
}

it("says where a run is resumed, and how much of the text its vocabulary does not have", () => {
  const { view, written } = record();
  view.show({ ...start, unknownTokens: 1234, resumedAt: 5678 }, null);
  expect(written()).toMatch(/^Unknown {2}1,234 characters are not in the vocabulary, read as <unk>$/m);
  expect(written()).toMatch(/^Resumed {2}after step 5,678$/m);
});

it("shows how far the texts are prepared where that takes a while, and leaves nothing of it", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const terminal = virtualTerminal(60, 30);
  const view = new TrainingView(terminal.stream);
  view.preparing({ stage: "reading", units: 1e6, share: null });
  vi.advanceTimersByTime(400);
  view.preparing({ stage: "reading", units: 2e6, share: null });
  expect((await terminal.lines()).join("")).toBe("");
  vi.advanceTimersByTime(200);
  view.preparing({ stage: "reading", units: 3e6, share: null });
  expect((await terminal.lines()).filter((line) => line !== "")).toEqual(["Reading the texts  3.00 MB"]);
  vi.advanceTimersByTime(200);
  view.preparing({ stage: "tokens", units: 5e6, share: 0.426 });
  expect((await terminal.lines()).filter((line) => line !== "")).toEqual(["Making tokens  42 %"]);
  view.show(start, null);
  expect((await terminal.lines()).join("\n")).not.toContain("tokens  42");
  vi.useRealTimers();

  const { view: inFile, written } = record();
  inFile.preparing({ stage: "tokens", units: 5e6, share: 0.426 });
  expect(written()).toBe("");
});

it("has nothing to say when it is stopped before its start", () => {
  const { view, written } = record();
  view.stopping();
  expect(written()).toBe("");
});
