// A run's folder on a file system that fails: whichever call it is, what was whole before stays so.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as promises from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openLanguageModel } from "../../tasks/language/folder/open-language-model.ts";
import { languageTask } from "../../tasks/language/language-task.ts";
import { openDevice } from "../../tensor/device.ts";
import type { TrainingEvent } from "../../training/events.ts";
import { resolveSettings } from "../../training/resolve-settings.ts";
import { runTraining } from "../../training/run-training.ts";
import type { WritingFileSystem } from "./atomic-write.ts";
import { RunFolder } from "./run-folder.ts";
import { lockRun } from "./run-lock.ts";

// In memory where there is such a place: the tests flush thousands of files.
const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "unrolled-run-folder-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = Array.from({ length: 60 }, (_, line) => `${line}: the cat sat ${(line * 5) % 7} times.\n`).join(
  "",
);
const settings = resolveSettings({
  hiddenSize: 6,
  embeddingSize: 4,
  numLayers: 1,
  batchSize: 4,
  seqLength: 10,
  evalEvery: 3,
  sampleEvery: 0,
  checkpointEvery: { steps: 2 },
  backend: "wasm",
  threads: 1,
  budget: { steps: 6 },
});
const KEPT = 1;
const FILES = { "run.json": '{"format_version":1}\n', "settings.yaml": "steps: 9\n" };

let events: TrainingEvent[];
/** What follows after a checkpoint, by its step: the same each time, since the checkpoint is. */
const followed = new Map<number, TrainingEvent[]>();
let weights: Uint8Array;
beforeAll(async () => {
  events = await eventsAfter(undefined);
  weights = events.findLast((event) => event.type === "model")!.files["model.safetensors"];
});

async function eventsAfter(checkpoint: Uint8Array | undefined): Promise<TrainingEvent[]> {
  const all: TrainingEvent[] = [];
  const { signal } = new AbortController();
  for await (const event of runTraining(languageTask, { text }, settings, signal, { checkpoint }))
    all.push(event);
  return all;
}

/** How far a folder has come. */
interface Progress {
  hasBegun: boolean;
  /** Of the last checkpoint that was saved, and of the one that was being saved last. */
  savedStep: number;
  triedStep: number;
  hasModel: boolean;
}

/** Has a folder take events as the command does. */
async function play(run: RunFolder, all: readonly TrainingEvent[], progress: Progress): Promise<void> {
  for (const event of all) {
    if (event.type === "eval" && event.best) run.foundBest(event.step);
    if (event.type === "model") {
      await run.saveModel(event.files);
      progress.hasModel = true;
    }
    if (event.type === "checkpoint") {
      progress.triedStep = event.step;
      await run.saveCheckpoint(event.step, event.file, KEPT);
      progress.savedStep = event.step;
    }
  }
}

/** A file system whose n-th call fails, counted from 1, and all later ones too where the disk is `gone`; a failed write writes half. */
function failing(n: number, gone: boolean): { readonly fs: WritingFileSystem; readonly calls: () => number } {
  let calls = 0;
  const fails = () => {
    calls += 1;
    return calls === n || (gone && calls > n);
  };
  const error = (syscall: string) =>
    Object.assign(new Error(`EIO: i/o error, ${syscall}`), { code: "EIO", syscall, errno: -5 });
  const counted =
    <Parameters extends unknown[], Result>(name: string, body: (...given: Parameters) => Promise<Result>) =>
    async (...given: Parameters): Promise<Result> => {
      if (fails()) throw error(name);
      return body(...given);
    };
  const open = async (path: string, flags: string) => {
    if (fails()) throw error("open");
    const file = await promises.open(path, flags);
    return {
      async writeFile(content: Uint8Array | string) {
        const isBad = fails();
        await file.writeFile(isBad ? content.slice(0, content.length / 2) : content);
        if (isBad) throw error("write");
      },
      sync: counted("fsync", () => file.sync()),
      async close() {
        await file.close();
        if (fails()) throw error("close");
      },
    };
  };
  const fs = {
    open,
    rename: counted("rename", promises.rename),
    rm: counted("rm", promises.rm),
    mkdir: counted("mkdir", promises.mkdir as (...given: unknown[]) => Promise<unknown>),
    readdir: counted("readdir", promises.readdir as (...given: unknown[]) => Promise<unknown>),
  };
  return { fs: fs as unknown as WritingFileSystem, calls: () => calls };
}

/** What should be as it was, in the end. */
async function expectWhole(path: string, progress: Progress): Promise<void> {
  if (progress.hasBegun) {
    for (const [name, content] of Object.entries(FILES)) {
      expect(readFileSync(join(path, name), "utf8")).toBe(content);
    }
  }
  if (progress.hasModel) expect(existsSync(join(path, "config.json"))).toBe(true);
  if (existsSync(join(path, "config.json"))) {
    const device = await openDevice({ backend: "wasm" });
    await openLanguageModel(device, async (name) => new Uint8Array(readFileSync(join(path, name))));
  }
}

/** Goes on from the newest checkpoint on a sound disk, and ends as the run that met no failure. */
async function expectSameEnd(path: string, progress: Progress): Promise<void> {
  if (!existsSync(path)) {
    expect(progress.hasBegun).toBe(false);
    await new RunFolder(path, path).begin(FILES);
  }
  const run = RunFolder.forResume(path);
  const damaged: string[] = [];
  const found = await run.newestCheckpoint((message) => damaged.push(message));
  expect(damaged).toEqual([]);
  const step = found?.state.step ?? 0;
  expect([progress.savedStep, progress.triedStep]).toContain(step);
  await run.cutBack(step);
  if (found) {
    const saved = events.find((event) => event.type === "checkpoint" && event.step === step);
    expect(Buffer.compare(found.bytes, (saved as { readonly file: Uint8Array }).file)).toBe(0);
  }
  if (!followed.has(step)) followed.set(step, await eventsAfter(found?.bytes));
  await play(run, followed.get(step)!, { ...progress });
  expect(Buffer.compare(readFileSync(join(path, "model.safetensors")), weights)).toBe(0);
  const left = readdirSync(path, { recursive: true, encoding: "utf8" });
  expect(left.filter((name) => name.includes("unfinished"))).toEqual([]);
  // The last, and the first that has the best model.
  expect(left.filter((name) => name.includes("step-")).length).toBeLessThanOrEqual(KEPT + 1);
}

describe.each([
  ["once", false],
  ["from then on", true],
])("a call of the file system that fails %s", (_, gone) => {
  it("leaves run, checkpoint and model whole, whichever call it is", async () => {
    const count = failing(0, false);
    const sound = new RunFolder(join(folder, "sound"), join(folder, "sound"), count.fs);
    await sound.begin(FILES);
    await play(sound, events, { hasBegun: true, savedStep: 0, triedStep: 0, hasModel: false });
    expect(count.calls()).toBeGreaterThan(100);
    rmSync(join(folder, "sound"), { recursive: true });

    let failed = 0;
    for (let n = 1; n <= count.calls(); n++) {
      const path = join(folder, `run-${n}`);
      const progress: Progress = { hasBegun: false, savedStep: 0, triedStep: 0, hasModel: false };
      const { fs } = failing(n, gone);
      const run = new RunFolder(path, path, fs);
      try {
        await run.begin(FILES);
        progress.hasBegun = true;
        await play(run, events, progress);
      } catch (error) {
        failed += 1;
        expect((error as Error).message, `call ${n}`).toMatch(/EIO/);
      }
      await expectWhole(path, progress);
      await expectSameEnd(path, progress);
      rmSync(path, { recursive: true });
    }
    // Only removing what was never made may fail unnoticed.
    expect(failed).toBeGreaterThan(count.calls() - 10);
  });

  it("leaves the model of another run, which --force replaces, until the new one is on the disk", async () => {
    const { files } = events.find((event) => event.type === "model")!;
    let succeeded = 0;
    for (let n = 1; n < 50; n++) {
      const path = join(folder, `forced-${n}`);
      const before = new RunFolder(path, path);
      await before.begin(FILES);
      await before.saveModel({ ...files, "README.md": new TextEncoder().encode("old") });
      const run = new RunFolder(path, path, failing(n, gone).fs);
      const failure = await run
        .begin({ "run.json": '{"format_version":1,"new":true}\n' })
        .then(() => run.saveModel(files))
        .catch((error: unknown) => error);
      const isNew = readFileSync(join(path, "README.md"), "utf8") !== "old";
      if (failure === undefined) {
        succeeded += 1;
        expect(isNew).toBe(true);
      }
      // Where the last name is missing, all files of the new model have been on the disk.
      if (!existsSync(join(path, "config.json"))) expect(String(failure)).toMatch(/rename|i\/o error|EIO/);
      else await expectWhole(path, { hasBegun: false, savedStep: 0, triedStep: 0, hasModel: true });
      rmSync(path, { recursive: true });
    }
    expect(succeeded).toBeGreaterThan(5);
  });
});

describe("checkpoints", () => {
  const path = join(folder, "damaged");
  afterEach(() => rmSync(path, { recursive: true, force: true }));

  it("that are damaged are named, and the one before is used", async () => {
    const run = new RunFolder(path, path);
    await run.begin(FILES);
    await play(run, events, { hasBegun: true, savedStep: 0, triedStep: 0, hasModel: false });
    const names = readdirSync(join(path, "checkpoints")).sort();
    const newest = join(path, "checkpoints", names.at(-1)!);
    const bytes = readFileSync(newest);
    bytes[bytes.length - 3] ^= 1;
    writeFileSync(newest, bytes);
    const messages: string[] = [];
    const found = await RunFolder.forResume(path).newestCheckpoint((message) => messages.push(message));
    expect(messages).toEqual([expect.stringContaining(`${newest} is damaged and left aside (`)]);
    expect(found!.name).toBe(join("checkpoints", names.at(-2)!));
    for (const name of names) writeFileSync(join(path, "checkpoints", name), "nothing");
    expect(await RunFolder.forResume(path).newestCheckpoint(() => {})).toBeUndefined();
  });

  it("are kept: the last few, and the first that has the best model", async () => {
    const run = new RunFolder(path, path);
    await run.begin(FILES);
    const { file } = events.find((event) => event.type === "checkpoint")!;
    run.foundBest(20);
    for (let step = 10; step <= 80; step += 10) await run.saveCheckpoint(step, file, 3);
    const steps = () => readdirSync(join(path, "checkpoints")).map((name) => Number(name.match(/\d+/)![0]));
    expect(steps().sort((left, right) => left - right)).toEqual([20, 60, 70, 80]);
    run.foundBest(75);
    await run.saveCheckpoint(90, file, 3);
    expect(steps().sort((left, right) => left - right)).toEqual([70, 80, 90]);
  });
});

describe("the lock", () => {
  const path = join(folder, "run.lock");
  afterEach(() => rmSync(path, { force: true }));

  it("names the process that trains", () => {
    writeFileSync(path, String(process.ppid));
    expect(() => lockRun(path, "models/a")).toThrow(
      `models/a is being trained by process ${process.ppid}; wait for it or stop it first`,
    );
  });

  it.each([
    ["of a process that is gone", "4194305"],
    ["of a process that had this one's number", String(process.pid)],
    ["of a process whose number another has by now", `${process.ppid} 1`],
    ["that a kill left empty", ""],
    ["that is damaged", "what?"],
  ])("%s is taken over", (_, content) => {
    writeFileSync(path, content);
    lockRun(path, "models/a");
    expect(readFileSync(path, "utf8")).toMatch(new RegExp(`^${process.pid} \\d*$`));
  });
});
