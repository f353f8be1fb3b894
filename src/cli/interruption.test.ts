import { afterEach, expect, test, vi } from "vitest";
import { onInterruption } from "./interruption.ts";

afterEach(() => vi.restoreAllMocks());

test("however many commands a process has run, the last alone hears a signal", () => {
  onInterruption(() => {});
  const before = process.listenerCount("SIGHUP");
  const stops = Array.from({ length: 20 }, () => vi.fn());
  for (const stop of stops) onInterruption(stop);
  expect(process.listenerCount("SIGHUP")).toBe(before);
  process.emit("SIGHUP");
  expect(stops.map((stop) => stop.mock.calls.length)).toEqual([...Array(19).fill(0), 1]);
});

test("a signal that comes at once again is an echo; one that comes later ends the process", () => {
  const now = vi.spyOn(performance, "now").mockReturnValue(1000);
  const exit = vi.spyOn(process, "exit").mockImplementation((() => {}) as () => never);
  const stop = vi.fn();
  onInterruption(stop);
  for (const milliseconds of [1000, 1010, 2000]) {
    now.mockReturnValue(milliseconds);
    process.emit("SIGHUP");
    expect(exit).toHaveBeenCalledTimes(milliseconds === 2000 ? 1 : 0);
  }
  expect(exit).toHaveBeenCalledWith(130);
  expect(stop).toHaveBeenCalledTimes(1);
});
