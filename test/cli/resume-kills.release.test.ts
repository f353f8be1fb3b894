// A run that is killed again and again, at any moment, and resumed ends as the one that nobody killed, byte for byte.
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Generator } from "unrolled";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readRunLog } from "../../src/cli/log/run-log.ts";
import {
  BUILD_MS,
  build,
  finished,
  SMALL,
  started,
  temporaryFolder,
  unrolled,
  writeText,
} from "./command.ts";

const KILLS = 100;
const STEPS = 400;
const PLAN = [
  ...SMALL,
  ...["--steps", String(STEPS), "--checkpoint-every", "2", "--eval-every", "20", "--sample-every", "0"],
  ...[
    "--optimizer",
    "nt-asgd",
    "--learning-rate",
    "10",
    "--lr-schedule",
    "constant",
    "--asgd-patience",
    "1",
    "--threads",
    "1",
  ],
];

const folder = temporaryFolder();
const at = (...names: string[]) => join(folder.path, ...names);
beforeAll(async () => {
  build();
  writeText(at("text.txt"), 9_000);
  expect((await unrolled(["train", "text.txt", "--out", "whole", ...PLAN], folder.path)).code).toBe(0);
}, BUILD_MS);
afterAll(() => folder.remove());

/** What a run has learned and found, as its log has it. */
function courseOf(run: string): (readonly unknown[])[] {
  return [...readRunLog(at(run, "log.jsonl"))]
    .filter(({ type }) => type === "step" || type === "eval")
    .map(({ type, step, lossNats }) => [type, step, lossNats]);
}

function unfinishedIn(path: string): string[] {
  const names = existsSync(path) ? readdirSync(path, { recursive: true, encoding: "utf8" }) : [];
  return names.filter((name) => name.includes("unfinished"));
}

async function ended(child: ReturnType<typeof started>): Promise<true> {
  const { code, stderr } = await finished(child);
  expect(code, stderr).toBe(0);
  return true;
}

/** Kills the child a while after it began to train, or after it was started. True if it was killed; false if it ended before. */
async function killed(child: ReturnType<typeof started>, generator: Generator): Promise<boolean> {
  const end = finished(child);
  const kill = () => child.kill("SIGKILL");
  // One in eight anywhere in its life, the others while it trains.
  if (generator.uniform() < 1 / 8) setTimeout(kill, 600 * generator.uniform());
  else child.stdout!.once("data", () => setTimeout(kill, 250 * generator.uniform()));
  const { code, stderr } = await end;
  if (code !== null) expect(code, stderr).toBe(0);
  return code === null;
}

it(
  `${KILLS} kills by chance, some in the middle of writing, change nothing`,
  async () => {
    const weights = readFileSync(at("whole", "model.safetensors"));
    const course = courseOf("whole");
    // Averaging begins in the middle, so there is more to lose than weights.
    const notes = [...readRunLog(at("whole", "log.jsonl"))].filter(({ type }) => type === "note");
    expect(notes.map(({ text }) => text)).toContainEqual(expect.stringContaining("weights are averaged"));
    const steps = course.filter(([type]) => type === "step");
    expect(steps.map(([, step]) => step)).toEqual(Array.from({ length: STEPS }, (_, index) => index + 1));
    const count = { kills: 0, inWriting: 0, runs: 0 };
    const areEnough = () => count.kills >= KILLS && count.inWriting > KILLS / 20;
    const runs = async (name: string, seed: number) => {
      const generator = new Generator(seed);
      while (!areEnough()) {
        for (let isOver = false; !isOver; ) {
          const begin = existsSync(at(name)) ? ["--resume", name] : ["text.txt", "--out", name, ...PLAN];
          const child = started(["train", ...begin, "--json"], folder.path);
          isOver = areEnough() ? await ended(child) : !(await killed(child, generator));
          if (isOver) break;
          count.kills += 1;
          if (unfinishedIn(at(name)).length > 0) count.inWriting += 1;
        }
        expect(readFileSync(at(name, "model.safetensors")).equals(weights)).toBe(true);
        expect(courseOf(name)).toEqual(course);
        expect(unfinishedIn(at(name))).toEqual([]);
        count.runs += 1;
        rmSync(at(name), { recursive: true });
      }
    };
    await Promise.all([runs("left", 1), runs("right", 2)]);
    expect(unfinishedIn(folder.path)).toEqual([]);
    expect(count.runs).toBeGreaterThan(0);
  },
  6 * BUILD_MS,
);
