// Nothing is disposed of by hand, outside scopes too, and no collection is forced: browsers could not.
import type { Browser } from "playwright-core";
import { LSTM, openDevice, tensor } from "unrolled";
import { mean } from "unrolled/tensor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectToBrowser } from "../shared-browser.ts";
import { type LoopPage, openLoopPage } from "./in-chromium.ts";
import { type LoopKind, loop, SMALL } from "./loop.ts";

const KINDS: readonly LoopKind[] = ["training", "evaluation"];
/** Enough to fill the heap several times, and what shows that it never ends. */
const ROUNDS = 3000;
const MANY_ROUNDS = 10_000;
const MAX_BYTES = 2 ** 26;

describe.each([
  { rounds: ROUNDS, tags: [] },
  { rounds: MANY_ROUNDS, tags: ["long"] },
])("$rounds rounds in a heap of 64 MiB", ({ rounds, tags }) => {
  let browser: Browser;
  let page: LoopPage;

  beforeAll(async () => {
    browser = await connectToBrowser();
    page = await openLoopPage(browser);
  });

  afterAll(async () => {
    page?.close();
    await browser?.close();
  });

  test.each(KINDS)("%s in Node", { tags }, async (kind) => {
    const device = await openDevice({ maxHeapBytes: MAX_BYTES });
    const { loss, totalBytes } = await loop(device, SMALL, kind, rounds);
    expect(Math.abs(loss)).toBeLessThan(1);
    expect(totalBytes).toBeLessThanOrEqual(MAX_BYTES);
  });

  test.each(KINDS)("%s in Chromium", { tags }, async (kind) => {
    const { loss, totalBytes } = await page.loop(SMALL, kind, rounds, MAX_BYTES);
    expect(Math.abs(loss)).toBeLessThan(1);
    expect(totalBytes).toBeLessThanOrEqual(MAX_BYTES);
  });
});

describe("a loop that gives the collector no turn", () => {
  test("ends in an error that names device.scope, and turns after it give all back", async () => {
    const device = await openDevice({ backend: "wasm", maxHeapBytes: MAX_BYTES });
    const lstm = new LSTM(device, { inputSize: 8, hiddenSize: 16 });
    const x = tensor(device, new Float32Array(20 * 4 * 8), [20, 4, 8]);
    const untilFull = () => {
      for (let round = 0; round < MANY_ROUNDS; round++) mean(lstm.forward(x).outputs).backward();
    };
    for (let time = 0; time < 3; time++) {
      expect(untilFull).toThrow(
        /heap: .* MiB left of the 64 MiB that maxHeapBytes allows; \d+ MiB belong to tensors made outside device\.scope/,
      );
      // The collector comes when it likes: reads give it turns.
      const usedAfterRead = async () => {
        await x.toArray();
        return device.heap.use().usedBytes;
      };
      await expect.poll(usedAfterRead).toBeLessThan(MAX_BYTES / 4);
    }
  });

  test("goes on for ever in scopes, where numbers are read at once", async () => {
    const device = await openDevice({ backend: "wasm", maxHeapBytes: MAX_BYTES });
    const lstm = new LSTM(device, { inputSize: 8, hiddenSize: 16 });
    const x = tensor(device, new Float32Array(20 * 4 * 8).fill(1), [20, 4, 8]);
    const step = () =>
      device.scope(() => {
        const l = mean(lstm.forward(x).outputs);
        l.backward();
        return l.read()[0];
      });
    const first = step();
    const { usedBytes } = device.heap.use();
    for (let round = 0; round < MANY_ROUNDS; round++) step();
    expect(step()).toBe(first);
    expect(device.heap.use().usedBytes).toBe(usedBytes);
  });
});
