// An engine that shares no memory: kernels and heap work there too, on one thread and within a memory that does not grow.
import { readFileSync } from "node:fs";
import { openDevice, zeros } from "unrolled";
import { afterEach, expect, test, vi } from "vitest";
import { unshared } from "../../src/kernels/unshared.ts";
import { threadsFor } from "../../src/parallel/thread-count.ts";
import { Echo, learning, run, stepsOf } from "../fit/echo-model.ts";

/** Takes away what such an engine lacks, and memories that are too large for this one. */
function shareNothing(mostPages: number): void {
  const { Memory } = WebAssembly;
  function smallMemory(options: WebAssembly.MemoryDescriptor) {
    if (options.shared || options.initial > mostPages) throw new RangeError("could not allocate memory");
    return new Memory(options);
  }
  vi.spyOn(WebAssembly, "Memory").mockImplementation(smallMemory as never);
  vi.stubGlobal("SharedArrayBuffer", undefined);
}
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** What a model has learned after a few steps. */
async function learned(): Promise<readonly [readonly number[], object]> {
  const model = new Echo(await openDevice({ backend: "wasm" }));
  const events = await run(model, { ...learning, epochs: 1 });
  return [stepsOf(events).map(({ loss }) => loss), await model.stateDict()];
}

test("a model learns the same bits there, and is told why on one thread", async () => {
  const expected = await learned();
  shareNothing(2 ** 14);
  expect(await learned()).toEqual(expected);
  expect(threadsFor({ module: "model.js", export: "model" }, 2, 8)).toEqual({
    threads: 1,
    reason: expect.stringContaining("its memory cannot be handed to other threads"),
  });
});

test("its memory is as large as the engine allows, and what does not fit is refused with that number", async () => {
  shareNothing(2 ** 10);
  const device = await openDevice({ backend: "wasm" });
  expect(device.heap.use().totalBytes).toBe(2 ** 26);
  expect(() => zeros(device, [2 ** 24])).toThrow("0 MiB left of the 64 MiB");
});

test("kernels that import no shared memory, or are compiled already, are refused", async () => {
  const bytes = readFileSync("build/kernels-core.wasm");
  expect(() => unshared(unshared(bytes))).toThrow("they need a shared memory");
  expect(() => unshared(new WebAssembly.Module(bytes))).toThrow("they need a shared memory");
});
