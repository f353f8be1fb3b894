// What a run leaves behind agrees with the events that it told: log.jsonl, TensorBoard's files and the report, also after a kill
// and two resumptions.

import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { openModel, type TrainingEvent } from "unrolled";
import { surprises } from "unrolled/inspect";
import { resolveSettings } from "unrolled/training";
import { afterAll, beforeAll, expect, it } from "vitest";
import { RunLog, readRunLog } from "../src/cli/log/run-log.ts";
import { TensorBoardLog } from "../src/cli/log/tensorboard-log.ts";
import { trainingJson } from "../src/cli/log/training-json.ts";
import { reportOfRun } from "../src/cli/report/report-of-run.ts";
import { languageTask } from "../src/tasks/language/language-task.ts";
import { runTraining } from "../src/training/run-training.ts";
import { contentsOf, decodeEvent } from "./event-files.ts";
import { connectToBrowser } from "./shared-browser.ts";

type Told = Exclude<TrainingEvent, { type: "model" | "checkpoint" }>;

const folder = mkdtempSync(join(tmpdir(), "unrolled-records-"));
const log = join(folder, "log.jsonl");
const report = join(folder, "report.html");
const text = Array.from(
  { length: 300 },
  (_, line) => `line ${line}: the <cat> sat & sat, ${line % 7} times.\n`,
).join("");
const told: Told[] = [];
let browser: Browser;

const never = (message: string) => expect.unreachable(message);
const isUpTo = (step: number) => (event: Told) => !("step" in event) || event.step <= step;

/** Writes events as a process does that is killed before the run's end, in the midst of a line and of a record. */
async function writeAndDie(events: readonly Told[]): Promise<void> {
  const [runLog, board] = [RunLog.open(log, never), TensorBoardLog.open(folder, never)];
  for (const event of events) {
    await runLog.write(trainingJson(event, null, null));
    await board.write(event);
  }
  await Promise.all([runLog.close(), board.close()]);
}
function cutBack(step: number): void {
  RunLog.cutBack(log, step);
  TensorBoardLog.cutBack(folder, step);
}
const eventFiles = () =>
  readdirSync(folder)
    .filter((name) => name.includes("tfevents"))
    .sort();

beforeAll(async () => {
  const settings = resolveSettings({
    hiddenSize: 16,
    embeddingSize: 8,
    numLayers: 1,
    batchSize: 4,
    seqLength: 20,
    evalEvery: 10,
    sampleEvery: 15,
    backend: "wasm",
    budget: { steps: 40 },
  });
  let model: Extract<TrainingEvent, { type: "model" }> | undefined;
  for await (const event of runTraining(languageTask, { text }, settings, new AbortController().signal)) {
    if (event.type === "model") model = event;
    else if (event.type !== "checkpoint") told.push(event);
  }

  const steps = told.filter((event) => event.type !== "end");
  await writeAndDie(steps.filter(isUpTo(35)));
  appendFileSync(log, '{"type":"step","step":36,"lossNa');
  const [last] = eventFiles();
  truncateSync(join(folder, last), readFileSync(join(folder, last)).length - 3);
  cutBack(30);
  await writeAndDie(steps.filter((event) => isUpTo(33)(event) && !(isUpTo(30)(event) && "step" in event)));
  cutBack(25);
  cutBack(20);
  await writeAndDie(told.filter((event) => !(isUpTo(20)(event) && "step" in event)));

  const trained = await openModel(model?.files ?? {}, { task: "language" });
  const heldOut = text.slice(-700);
  writeFileSync(report, reportOfRun({ name: "cats", log, surprises: await surprises(trained, heldOut) }));
  browser = await connectToBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

it("the log has the events as --json tells them, each once", () => {
  const records = [...readRunLog(log)];
  const withoutTime = records.map(({ time, ...record }) => {
    expect(Number.isNaN(Date.parse(String(time)))).toBe(false);
    return record;
  });
  const [start, ...rest] = told.map((event) => JSON.parse(JSON.stringify(trainingJson(event, null, null))));
  expect(withoutTime.filter(({ type }) => type !== "start")).toEqual(rest);
  expect(withoutTime[0]).toEqual(start);
});

it("TensorBoard's files have the same numbers, as float32", () => {
  const values = eventFiles()
    .flatMap((name) => contentsOf(readFileSync(join(folder, name))).map(decodeEvent))
    .flatMap((event) =>
      ((event.summary as { value: { tag: string; simple_value?: number }[] })?.value ?? []).map(
        ({ tag, simple_value }) => [tag, event.step, simple_value] as const,
      ),
    );
  const curve = (wanted: string) =>
    values.filter(([tag]) => tag === wanted).map(([, step, value]) => [step, value]);
  const steps = told.filter((event) => event.type === "step");
  const evals = told.filter((event) => event.type === "eval");
  expect(curve("loss/train")).toEqual(steps.map(({ step, lossNats }) => [step, Math.fround(lossNats)]));
  expect(curve("gradient_norm")).toEqual(
    steps.map(({ step, gradientNorm }) => [step, Math.fround(gradientNorm)]),
  );
  expect(curve("learning_rate")).toEqual(
    steps.map(({ step, learningRate }) => [step, Math.fround(learningRate)]),
  );
  expect(curve("loss/validation")).toEqual(evals.map(({ step, lossNats }) => [step, Math.fround(lossNats)]));
  expect(curve("bits_per_character")).toEqual(
    evals.map(({ step, bitsPerCharacter }) => [step, Math.fround(bitsPerCharacter ?? Number.NaN)]),
  );
  expect(curve("sample").map(([step]) => step)).toEqual(
    told.flatMap((event) => (event.type === "sample" ? [event.step] : [])),
  );
});

it.each([
  [1280, "light"],
  [400, "dark"],
] as const)(
  "the report shows them, asks for nothing and fits a window %d wide, %s",
  async (width, colorScheme) => {
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      colorScheme,
      javaScriptEnabled: false,
    });
    const page = await context.newPage();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(`file://${report}`);
    expect(asked).toEqual([`file://${report}`]);

    const end = told.find((event) => event.type === "end");
    const shown = (await page.locator("body").textContent()) ?? "";
    expect(shown).toContain(`${end?.evaluation?.bitsPerCharacter?.toFixed(3)} bits`);
    expect(shown).toContain("resumed once");
    await expect
      .poll(() => page.locator(".passage").textContent())
      .toBe(text.slice(-700).replaceAll("\n", "↵\n"));
    for (const event of told)
      if (event.type === "sample") expect(shown).toContain(event.text.trim().split("\n")[0]);
    const dots = page.locator("circle.held:visible");
    await expect.poll(() => dots.count()).toBe(told.filter(({ type }) => type === "eval").length);
    const { width: bodyWidth } = (await page.locator("body").boundingBox()) ?? { width: Number.NaN };
    expect(bodyWidth).toBeLessThanOrEqual(width);
    for (const part of await page.locator("svg:visible, pre, table").all()) {
      const box = await part.boundingBox();
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
    }
    await context.close();
  },
);
