import { InferenceSession, Tensor as OnnxTensor } from "onnxruntime-node";
import type { Device, Tensor } from "unrolled";
import type { OnnxInput } from "unrolled/formats/onnx";
import { expect } from "vitest";
import { openOnnx } from "../../src/formats/onnx/graph.ts";

/** What onnxruntime-node is fed: one of our tensors, or whole numbers of 32 bits with their shape. */
export type Feed = Tensor | { readonly int32: readonly number[] };

/** What it gives. */
export type Given = Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

/** Runs an ONNX file in onnxruntime-node, and with this library: what both give, in this order. */
export async function runInBoth(
  device: Device,
  file: Uint8Array,
  feeds: Readonly<Record<string, Feed>>,
): Promise<readonly [Given, Given]> {
  const own = Object.entries(feeds).map(([name, feed]): [string, OnnxInput] => [
    name,
    "int32" in feed ? { dims: [feed.int32.length], data: feed.int32 } : feed,
  ]);
  const made = openOnnx(device, file).runSync(Object.fromEntries(own));
  const ours = Object.entries(made).map(([name, { dims, data }]) => [
    name,
    { shape: dims, data: Float32Array.from(data) },
  ]);
  return [await runInOnnxRuntime(file, feeds), Object.fromEntries(ours)];
}

/** Runs an ONNX file in onnxruntime-node on one thread. */
export async function runInOnnxRuntime(
  file: Uint8Array,
  feeds: Readonly<Record<string, Feed>>,
): Promise<Given> {
  const session = await InferenceSession.create(file, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionProviders: ["cpu"],
    logSeverityLevel: 3,
  });
  try {
    const theirs = await Promise.all(
      Object.entries(feeds).map(async ([name, feed]) => [name, await toTheirs(feed)] as const),
    );
    const results = await session.run(Object.fromEntries(theirs));
    return Object.fromEntries(
      Object.entries(results).map(([name, { dims, data }]) => [
        name,
        { shape: dims, data: data as Float32Array },
      ]),
    );
  } finally {
    await session.release();
  }
}

async function toTheirs(feed: Feed): Promise<OnnxTensor> {
  if ("int32" in feed) return new OnnxTensor("int32", Int32Array.from(feed.int32), [feed.int32.length]);
  const numbers = await feed.toArray();
  if (feed.kind === "float") return new OnnxTensor("float32", numbers, [...feed.shape]);
  return new OnnxTensor("int64", BigInt64Array.from(numbers, BigInt), [...feed.shape]);
}

/** That a result has this shape and these numbers, within 1e-5. */
export function expectClose(
  given: Given[string] | undefined,
  shape: readonly number[],
  numbers: Float32Array,
): void {
  expect(given?.shape).toEqual(shape);
  for (const [index, value] of numbers.entries()) {
    const there = given!.data[index];
    expect(Math.abs(there - value), `[${index}]: ${there} there, ${value} here`).toBeLessThan(1e-5);
  }
}
