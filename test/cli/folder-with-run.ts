// A finished run, and copies of it as it was before.
import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { readRunLog } from "../../src/cli/log/run-log.ts";
import { build, SMALL, temporaryFolder, unrolledHere, writeText } from "./command.ts";

/** What the run is trained by. */
export const PLAN = [
  ...SMALL,
  ...["--steps", "400", "--checkpoint-every", "50", "--eval-every", "80", "--sample-every", "0"],
  ...["--threads", "1"],
];

/** A folder with `text.txt`, `held-out.txt` and the run `whole`, once it is made. */
export function folderWithRun() {
  const folder = temporaryFolder();
  const at = (...names: string[]) => join(folder.path, ...names);
  const run = (...parameters: string[]) => unrolledHere(parameters, folder.path);
  return {
    path: folder.path,
    remove: () => folder.remove(),
    at,
    run,
    async make() {
      build();
      writeText(at("text.txt"), 9_000);
      writeText(at("held-out.txt"), 1_000);
      const made = await run("train", "text.txt", "--out", "whole", ...PLAN);
      expect(made).toMatchObject({ code: 0, stderr: "" });
    },
    weightsOf: (name: string) => readFileSync(at(name, "model.safetensors")),
    stepsIn: (name: string) =>
      [...readRunLog(at(name, "log.jsonl"))].filter(({ type }) => type === "step").map(({ step }) => step),
    /** A copy of the whole run as it was after a step: with the checkpoints up to there. */
    copyAfter(step: number, name: string): void {
      rmSync(at(name), { recursive: true, force: true });
      cpSync(at("whole"), at(name), { recursive: true });
      for (const file of readdirSync(at(name, "checkpoints"))) {
        if (Number(file.match(/\d+/)![0]) > step) rmSync(at(name, "checkpoints", file));
      }
    },
  };
}
