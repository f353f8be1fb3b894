import { expect, test } from "vitest";
import { digestOf } from "./digest.ts";

test("a digest tells what the parts hold, where they end and in which order they come", async () => {
  const [a, b] = [Float32Array.of(1, 2), Float32Array.of(3)];
  const digest = await digestOf([a, b]);
  expect(digest).toMatch(/^[\da-f]{64}$/);
  expect(await digestOf([a.slice(), b.slice()])).toBe(digest);
  for (const others of [[b, a], [a], [Float32Array.of(1, 2, 3)], [a, Float32Array.of(4)]])
    expect(await digestOf(others)).not.toBe(digest);
});

test("there may be more parts than a call takes arguments", async () => {
  const part = new Uint8Array(1);
  expect(await digestOf(new Array<Uint8Array>(150_000).fill(part))).toMatch(/^[\da-f]{64}$/);
});
