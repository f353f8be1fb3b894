import { describe, expect, test } from "vitest";
import { Heap } from "./heap.ts";

describe.each([4, 8] as const)("a heap of %i bytes an element", (bytesPerElement) => {
  test("hands out places that are aligned to 64 bytes, apart from each other, and never 0", () => {
    const heap = new Heap(bytesPerElement, 0);
    const sizes = [1, 15, 16, 17, 100, 129, 1000, 1025, 4097, 100_000, 7];
    const blocks = sizes.map((elements) => ({ offset: heap.allocate(elements), elements }));
    for (const { offset, elements } of blocks) {
      expect(offset).toBeGreaterThan(0);
      expect((offset * bytesPerElement) % 64).toBe(0);
      expect(offset + elements).toBeLessThanOrEqual(heap.floats().length);
    }
    const inOrder = blocks.sort((a, b) => a.offset - b.offset);
    for (let index = 1; index < inOrder.length; index++) {
      const before = inOrder[index - 1];
      expect(inOrder[index].offset).toBeGreaterThanOrEqual(before.offset + before.elements);
    }
  });

  test("keeps what it reserves free", () => {
    const heap = new Heap(bytesPerElement, 100_000);
    expect(heap.allocate(1) * bytesPerElement).toBeGreaterThanOrEqual(100_000);
  });

  test("hands out again what was given back, so that the same sizes again take nothing new", () => {
    const heap = new Heap(bytesPerElement, 0);
    const first = [100, 2000, 100].map((elements) => heap.allocate(elements));
    heap.free(first[0], 100);
    heap.free(first[1], 2000);
    expect(heap.allocate(2000)).toBe(first[1]);
    // A size that is rounded up to the same one fits too.
    expect(heap.allocate(99)).toBe(first[0]);
    expect(first).not.toContain(heap.allocate(100));
  });

  test("counts what is in use, and wastes at most an eighth", () => {
    const heap = new Heap(bytesPerElement, 0);
    expect(heap.use().usedBytes).toBe(0);
    for (const elements of [1, 130, 1025, 10_001, 99_999]) {
      const offset = heap.allocate(elements);
      const { usedBytes } = heap.use();
      expect(usedBytes).toBeGreaterThanOrEqual(elements * bytesPerElement);
      expect(usedBytes).toBeLessThan(Math.max(64, (elements * bytesPerElement * 9) / 8 + 64));
      heap.free(offset, elements);
      expect(heap.use().usedBytes).toBe(0);
    }
  });

  test("grows in place: numbers stay where they are, and new views reach the new room", () => {
    const heap = new Heap(bytesPerElement, 0);
    const small = heap.allocate(3);
    heap.floats().set([1, 2, 3], small);
    const before = heap.use().totalBytes;
    const elements = before / bytesPerElement;
    const large = heap.allocate(elements);
    expect(heap.use().totalBytes).toBeGreaterThan(before);
    heap.floats()[large + elements - 1] = 5;
    expect(heap.floats()[large + elements - 1]).toBe(5);
    expect([...heap.floats().subarray(small, small + 3)]).toEqual([1, 2, 3]);
    heap.ints()[small] = 7;
    expect(heap.ints()[small]).toBe(7);
  });

  test("says what was asked for when it cannot grow, and goes on working", () => {
    const heap = new Heap(bytesPerElement, 0);
    const kept = heap.allocate(2 ** 18);
    const { usedBytes } = heap.use();
    const inUse = usedBytes / 2 ** 20;
    for (const mebibytes of [4096, 5000]) {
      let thrown: unknown;
      try {
        heap.allocate((mebibytes * 2 ** 20) / bytesPerElement);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toMatchObject({ code: "out-of-memory" });
      const message = `heap: ${mebibytes} MiB were asked for, with ${inUse} MiB in use and `;
      expect((thrown as Error).message).toContain(message);
    }
    expect(heap.use().usedBytes).toBe(usedBytes);
    heap.free(kept, 2 ** 18);
    expect(heap.allocate(2 ** 18)).toBe(kept);
  });
});

test("a heap grows to the bytes that it is given, and its error says so", () => {
  const heap = new Heap(4, 0, { maxBytes: 2 ** 25 });
  heap.allocate(2 ** 21);
  expect(() => heap.allocate(2 ** 23)).toThrow("32 MiB were asked for, with 8 MiB in use and");
  expect(() => heap.allocate(2 ** 23)).toThrow("MiB left of the 32 MiB that maxHeapBytes allows");
  expect(new Heap(4, 0, { shared: heap.memory }).maxBytes).toBe(2 ** 25);
  for (const maxBytes of [0, 2 ** 25 - 1, 2 ** 33, Number.NaN, 1.5]) {
    expect(() => new Heap(4, 0, { maxBytes })).toThrow(`openDevice: maxHeapBytes is ${maxBytes}, needed`);
  }
});

test("views reach what another heap on the same memory has taken", () => {
  const heap = new Heap(4, 0);
  const short = heap.floats().length;
  const other = new Heap(4, 0, { shared: heap.memory });
  const place = other.allocate(short);
  other.floats()[place + short - 1] = 5;
  other.ints()[place] = 7;
  expect(heap.floats()[place + short - 1]).toBe(5);
  expect(heap.ints()[place]).toBe(7);
});

test("a heap's memory is shared, so that every thread can map it", () => {
  expect(new Heap(4, 0).memory.buffer).toBeInstanceOf(SharedArrayBuffer);
});
