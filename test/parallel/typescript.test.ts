// A model in TypeScript on several threads, started with tsx as Node.js 20 needs it: the built package in a project of its own.
import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BUILD_MS, build, temporaryFolder } from "../cli/command.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const work = temporaryFolder();

// An enum, which no Node.js loads by itself.
const MODEL = `
import { type Device, Linear, meanSquare, tensor } from "unrolled";
enum Width { Input = 3, Output = 1 }
export const replica = (device: Device) => {
  const model = new Linear(device, { inputSize: Width.Input, outputSize: Width.Output });
  const loss = (share: number[][]) =>
    meanSquare(model.forward(tensor(device, share)), tensor(device, share.map(() => [1])));
  return { model, loss };
};
`;
const PROGRAM = `
import { openDevice } from "unrolled";
import { Team } from "unrolled/training";
const source = { module: new URL("./model.ts", import.meta.url).href, export: "replica" };
const options = { batchSize: 2, threads: 2, optimiser: { kind: "adam" } } as const;
const team = await Team.open<undefined, number[][]>(await openDevice(), source, options);
const { loss } = await team.step(team.split([[1, 2, 3], [4, 5, 6]]));
console.log(team.threads, Number.isFinite(loss));
team.close();
`;

beforeAll(() => {
  build();
  mkdirSync(join(work.path, "node_modules"));
  symlinkSync(root, join(work.path, "node_modules/unrolled"), "junction");
  symlinkSync(join(root, "node_modules/tsx"), join(work.path, "node_modules/tsx"), "junction");
  writeFileSync(join(work.path, "package.json"), JSON.stringify({ private: true, type: "module" }));
  writeFileSync(join(work.path, "model.ts"), MODEL);
  writeFileSync(join(work.path, "program.ts"), PROGRAM);
}, BUILD_MS);
afterAll(() => work.remove());

test.each([
  ["tsx", ["node_modules/tsx/dist/cli.mjs"], undefined],
  ["node --import tsx", ["--import", "tsx"], undefined],
  ["NODE_OPTIONS=--import=tsx", [], "--import=tsx"],
])("every thread loads it, by %s", async (_, flags, options) => {
  const env = { ...process.env, NODE_OPTIONS: options ?? "" };
  const { stdout } = await run(process.execPath, [...flags, "program.ts"], { cwd: work.path, env });
  expect(stdout.trim()).toBe("2 true");
});
