import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { contentsOf, decodeEvent } from "../../../test/event-files.ts";
import { DEFAULT_SETTINGS } from "../../training/resolve-settings.ts";
import { TensorBoardLog } from "./tensorboard-log.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "unrolled-tensorboard-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const never = (message: string) => expect.unreachable(message);
const files = () => readdirSync(folder).sort();
const eventsOf = (name: string) => contentsOf(readFileSync(join(folder, name))).map(decodeEvent);
const all = () => files().flatMap(eventsOf);

const start = {
  type: "start",
  task: "language",
  settings: DEFAULT_SETTINGS,
  backend: "wasm",
  backendReason: "asked for",
  parameters: 10,
  vocabularySize: 5,
  trainingTokens: 100,
  validationTokens: 10,
  stepsPerEpoch: 10,
  totalSteps: 10,
  memoryBytes: 1000,
  secondsPerEpoch: 1,
  threads: 2,
  unknownTokens: 0,
  resumedAt: null,
} as const;
const stepOf = (step: number) =>
  ({
    type: "step",
    step,
    epoch: step / 10,
    lossNats: 2 + 1 / step,
    gradientNorm: 0.5,
    learningRate: 0.25,
    tokensPerSecond: step === 1 ? 0 : 1000,
    secondsLeft: 1,
    memoryBytes: 48_000_000,
  }) as const;

async function writeSteps(first: number, last: number): Promise<void> {
  const log = TensorBoardLog.open(folder, never);
  await log.write(start);
  for (let step = first; step <= last; step++) await log.write(stepOf(step));
  await log.close();
}

interface Value {
  readonly tag: string;
  readonly simple_value?: number;
  readonly tensor?: { readonly string_val: readonly Buffer[] };
}
const valuesIn = (event: Record<string, unknown>) =>
  (event.summary as { value: Value[] } | undefined)?.value ?? [];
/** [step, value] of every scalar of that tag. */
const scalar = (tag: string) =>
  all().flatMap((event) =>
    valuesIn(event)
      .filter((value) => value.tag === tag)
      .map((value) => [event.step, value.simple_value]),
  );

it("tells what the events told, under the names that TensorBoard groups by", async () => {
  const openedMs = Date.now();
  const log = TensorBoardLog.open(folder, never);
  await log.write(start);
  await log.write(stepOf(1));
  await log.write(stepOf(2));
  await log.write({
    type: "eval",
    step: 2,
    best: true,
    tokens: 9,
    characters: 9,
    lossNats: 1.5,
    perplexity: 4.5,
    bitsPerCharacter: 2.25,
    standardErrorNats: 0,
    unknownTokens: 0,
  });
  await log.write({ type: "sample", step: 2, text: "# no title\n```\n<b>" });
  await log.write({
    type: "end",
    reason: "steps",
    steps: 2,
    seconds: 1,
    tokensPerSecond: 9,
    evaluation: null,
  });
  await log.close();

  const [name, ...others] = files();
  expect(others).toEqual([]);
  expect(name).toMatch(/^events\.out\.tfevents\.\d{10}\./);
  const [version, settings, ...events] = eventsOf(name);
  expect(version.file_version).toBe("brain.Event:2");
  expect(1000 * Number(version.wall_time)).toBeGreaterThanOrEqual(openedMs);
  expect(1000 * Number(version.wall_time)).toBeLessThanOrEqual(Date.now());
  expect(String(valuesIn(settings)[0].tensor?.string_val[0])).toContain('    "hiddenSize": 256');
  const told = events.map((event) => [
    event.step,
    Object.fromEntries(
      valuesIn(event).map(({ tag, simple_value, tensor }) => [
        tag,
        simple_value ?? String(tensor?.string_val[0]),
      ]),
    ),
  ]);
  expect(told).toEqual([
    [1, { "loss/train": 3, learning_rate: 0.25, gradient_norm: 0.5 }],
    [2, { "loss/train": 2.5, learning_rate: 0.25, gradient_norm: 0.5, tokens_per_second: 1000 }],
    [2, { "loss/validation": 1.5, perplexity: 4.5, bits_per_character: 2.25 }],
    [2, { sample: "    # no title\n    ```\n    <b>" }],
  ]);
});

it("is cut back to the step that a run is resumed from, and goes on in a file that is read after the others", async () => {
  await writeSteps(1, 6);
  TensorBoardLog.cutBack(folder, 4);
  await writeSteps(5, 8);
  TensorBoardLog.cutBack(folder, 7);
  TensorBoardLog.cutBack(folder, 2);
  await writeSteps(3, 3);
  expect(files()).toHaveLength(3);
  expect(scalar("learning_rate").map(([step]) => step)).toEqual([1, 2, 3]);
  expect(all().filter(({ session_log }) => session_log)).toEqual([
    { wall_time: expect.any(Number), step: 3, session_log: { status: "START" } },
  ]);
});

it("loses a last record that a kill left half written, and touches no other file", async () => {
  await writeSteps(1, 3);
  const [name] = files();
  truncateSync(join(folder, name), readFileSync(join(folder, name)).length - 5);
  const foreign = "events.out.tfevents.1700000000.somewhere";
  writeFileSync(join(folder, foreign), "not ours");
  TensorBoardLog.cutBack(folder, 100);
  expect(readFileSync(join(folder, foreign), "utf8")).toBe("not ours");
  expect(eventsOf(name).map(({ step }) => step ?? 0)).toEqual([0, 0, 1, 2]);
});

it("has nothing to cut in a folder that is not there", () => {
  TensorBoardLog.cutBack(join(folder, "none"), 1);
  expect(files()).toEqual([]);
});

it("says what is wrong with a folder that cannot be one", () => {
  const path = join(folder, "file");
  writeFileSync(path, "");
  const sentence = (where: string) =>
    `${where} is a file, needed a folder; give --tensorboard another folder`;
  expect(() => TensorBoardLog.open(path, never)).toThrow(sentence(path));
});
