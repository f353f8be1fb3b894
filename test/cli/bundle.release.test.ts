// `unrolled bundle` with a model of each task: the file says what the folder says, here and in a page that is opened from the disk.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { openDevice, openModel } from "unrolled";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runBundleCommand } from "../../src/cli/commands/bundle.ts";
import { connectToBrowser } from "../shared-browser.ts";
import { TASKS, writeTaskFiles } from "../task-files.ts";
import { BUILD_MS, build, temporaryFolder, unrolled } from "./command.ts";

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
/** A model of any task. */
interface Predicting {
  predict(given: unknown): Promise<unknown>;
}
/** As a page knows it. */
const asJson = (value: unknown) => JSON.parse(JSON.stringify(value));

const NOISE = "(i) => ((i * 7919) % 251)";
/** An input of each task, as it stands in a page's script, and the bits of the weights, where others are asked for. */
const CASES = [
  { task: "classify", input: '"red above left"', dtype: "float16" },
  { task: "tag", input: '"red above left"', dtype: "int8" },
  { task: "forecast", input: "[1, 2, 3, 4, 5, 6, 0, 1, 2]", dtype: undefined },
  { task: "translate", input: '"red above left"', dtype: undefined },
  {
    task: "caption",
    input: `({ width: 16, height: 16, rgba: Uint8Array.from({ length: 1024 }, (_, i) => (${NOISE})(i)) })`,
    dtype: "float16",
  },
  {
    task: "transcribe",
    input: `({ sampleRateHz: 8000, channels: [Float32Array.from({ length: 6000 }, (_, i) => (${NOISE})(i) / 251 - 0.5)] })`,
    dtype: undefined,
  },
] as const;

let browser: Browser;
beforeAll(async () => {
  build();
  writeTaskFiles(folder.path);
  browser = await connectToBrowser();
}, BUILD_MS);
afterAll(async () => {
  await browser?.close();
  folder.remove();
});

/** What a page that is opened from the disk says in its title, where it may ask for nothing but its script. */
async function saidFromDisk(script: string, call: string): Promise<unknown> {
  writeFileSync(
    at("page.html"),
    `<script src="${script}"></script><script>
      (async () => ${call})().then(
        (answer) => (document.title = JSON.stringify(answer)),
        ({ message }) => (document.title = JSON.stringify({ message })),
      );
    </script>`,
  );
  const page = await browser.newPage();
  try {
    const asked: string[] = [];
    page.on("request", (request) => void asked.push(request.url()));
    const url = pathToFileURL(at("page.html")).href;
    await page.goto(url);
    await page.waitForFunction("document.title !== ''");
    expect(asked).toEqual([url, pathToFileURL(at(script)).href]);
    return JSON.parse(await page.title());
  } finally {
    await page.close();
  }
}

test.each(CASES)("$task", async ({ task, input, dtype }) => {
  const parameters = [...TASKS[task], "--task", task, "--out", task];
  const { code, stderr } = await unrolled(
    ["train", ...parameters, "--steps", "3", "--threads", "1"],
    folder.path,
  );
  expect([stderr, code]).toEqual([expect.not.stringContaining("error"), 0]);
  if (dtype) await unrolled(["convert", task, `${task}-${dtype}`, "--dtype", dtype], folder.path);
  const options = { json: true as const, ...(dtype ? { dtype } : {}) };
  await runBundleCommand(at(task), { out: at(`${task}.mjs`), ...options });
  await runBundleCommand(at(task), { out: at(`${task}.js`), ...options, global: "model" });
  expect(readFileSync(at(`${task}.d.mts`), "utf8")).toContain(`task: "${task}"`);
  const bundled = await import(pathToFileURL(at(`${task}.mjs`)).href);
  const device = await openDevice({ backend: "wasm" });
  const model = await openModel(at(dtype ? `${task}-${dtype}` : task), { task, device });
  const given: unknown = new Function(`return ${input}`)();
  const expected = await (model as unknown as Predicting).predict(given);
  expect(await bundled.predict(given)).toEqual(expected);
  expect(await bundled.predictAll([given, given])).toHaveLength(2);
  expect(await saidFromDisk(`${task}.js`, `model.predict(${input})`)).toEqual(asJson(expected));
});

test("a network of no task", async () => {
  const tagger = fileURLToPath(new URL("../fixtures/pytorch/tagger.pt", import.meta.url));
  await runBundleCommand(tagger, { out: at("network.js"), json: true, global: "model" });
  const model = await openModel(tagger, { device: await openDevice({ backend: "wasm" }) });
  const ids = [[0, 1, 2, 3, 4]];
  const call = `model.run({ ids: ${JSON.stringify(ids)} })`;
  expect(await saidFromDisk("network.js", call)).toEqual(asJson(await model.run({ ids })));
});
