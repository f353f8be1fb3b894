// A real detector on a minute of sound, by the examples as they are, in Node and in a browser.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { required } from "../required.ts";
import { runExample } from "../run-example.ts";
import { DETECTOR, expectedProbabilities, furthest, printed, writeDetectorOfOnnx } from "./detector-files.ts";
import { type DetectorPage, openDetectorPage } from "./detector-page.ts";

const CHUNKS = 1875;
const MOST_DIFFERENCE = 1e-4;
const reason = required(existsSync(DETECTOR), DETECTOR) ? undefined : `${DETECTOR} is missing`;
const folder = mkdtempSync(join(tmpdir(), "unrolled-voice-"));
const ofOnnx = join(folder, "detector");
let page: DetectorPage | undefined;

beforeAll(async () => {
  if (reason) return;
  writeDetectorOfOnnx(ofOnnx);
  page = await openDetectorPage(join(folder, "page"), ofOnnx);
});
afterAll(async () => {
  await page?.close();
  rmSync(folder, { recursive: true, force: true });
});

function expectNear(output: string, expected: readonly number[]): void {
  const probabilities = printed(output);
  expect(probabilities).toHaveLength(CHUNKS);
  expect(expected).toHaveLength(CHUNKS);
  const { chunk, difference } = furthest(probabilities, expected);
  expect(difference, `chunk ${chunk}`).toBeLessThanOrEqual(MOST_DIFFERENCE);
}

describe("every probability of a minute is what its authors have", () => {
  test("from the ONNX file as it is", async ({ skip }) => {
    if (reason) return skip(reason);
    expectNear(await runExample("voice-activity-onnx.ts", [DETECTOR]), expectedProbabilities());
  });

  test("from the network rebuilt around the ONNX file's weights", { tags: "long" }, async ({ skip }) => {
    if (reason) return skip(reason);
    expectNear(await runExample("voice-activity.ts", [ofOnnx]), expectedProbabilities());
  });

  test("from the network rebuilt, in a browser", async ({ skip }) => {
    if (reason) return skip(reason);
    expectNear(await page!.run("voice-activity"), expectedProbabilities());
  });

  test("from the ONNX file as it is, in a browser", { tags: "long" }, async ({ skip }) => {
    if (reason) return skip(reason);
    expectNear(await page!.run("voice-activity-onnx"), expectedProbabilities());
  });
});

test("from the safetensors file's own weights, every probability is what PyTorch has", async ({ skip }) => {
  if (reason) return skip(reason);
  const file = fileURLToPath(new URL("./pytorch.json", import.meta.url));
  const { probabilities } = JSON.parse(readFileSync(file, "utf8"));
  expectNear(await runExample("voice-activity.ts", [DETECTOR]), probabilities);
});
