// `unrolled report`: a page of the log that a program writes while it trains.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { accuracy } from "../../src/metrics/accuracy.ts";
import { openDevice } from "../../src/tensor/device.ts";
import { logLine } from "../../src/training/log-line.ts";
import { Echo, learning, run } from "../fit/echo-model.ts";
import { BUILD_MS, build, jsonLines, temporaryFolder, unrolledHere } from "./command.ts";

const folder = temporaryFolder();
const report = (...words: string[]) => unrolledHere(["report", ...words], folder.path);

beforeAll(async () => {
  build();
  const model = new Echo(await openDevice({ backend: "wasm" }));
  const events = await run(model, { ...learning, epochs: 3, metrics: { accuracy: accuracy() } });
  const lines = events.map((event) => logLine(event as never)).filter((line) => line !== undefined);
  writeFileSync(join(folder.path, "log.jsonl"), `${lines.join("\n")}\n`);
}, BUILD_MS);
afterAll(() => folder.remove());

it("has the curves and the figures of a training by fit", async () => {
  const made = await report("log.jsonl", "--json");
  expect(made.stderr).toBe("");
  expect(jsonLines(made.stdout)).toEqual([{ log: "log.jsonl", path: "report.html", task: "fit" }]);
  const page = readFileSync(join(folder.path, "report.html"), "utf8");
  expect(page).toContain("Examples per second");
  expect(page).toContain("accuracy");
  expect(page).toContain("<svg");
});

it("replaces nothing unasked, and says what is no log", async () => {
  writeFileSync(join(folder.path, "there.html"), "mine");
  expect(await report("log.jsonl", "--out", "there.html")).toMatchObject({
    code: 1,
    stderr: "error: there.html exists; give another name, or --force to replace it\n",
  });
  expect(readFileSync(join(folder.path, "there.html"), "utf8")).toBe("mine");
  writeFileSync(join(folder.path, "text.txt"), "no log\n");
  const none = await report("text.txt", "--out", "none.html");
  expect(none).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("text.txt tells of no step of a training"),
  });
  expect(await report("nowhere.jsonl", "--out", "none.html")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("nowhere.jsonl cannot be read"),
  });
  expect(existsSync(join(folder.path, "none.html"))).toBe(false);
});
