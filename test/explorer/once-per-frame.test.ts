import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { oncePerFrame } from "../../web/views/once-per-frame.ts";

let frames: (() => void)[] = [];
/** Lets the browser draw. */
const draw = () => {
  const due = frames;
  frames = [];
  for (const callback of due) callback();
};

beforeEach(() => {
  frames = [];
  vi.stubGlobal("requestAnimationFrame", (callback: () => void) => frames.push(callback));
  vi.stubGlobal("cancelAnimationFrame", (id: number) => {
    frames[id - 1] = () => {};
  });
});
afterEach(() => vi.unstubAllGlobals());

test("of all that is told within a frame the newest is shown, once", () => {
  const shown: number[] = [];
  const { tell } = oncePerFrame<number>((newest) => shown.push(newest));
  for (const told of [1, 2, 3]) tell(told);
  expect(shown).toEqual([]);
  draw();
  expect(shown).toEqual([3]);
  draw();
  tell(4);
  draw();
  expect(shown).toEqual([3, 4]);
});

test("after its end nothing is shown", () => {
  const shown: number[] = [];
  const { tell, stop } = oncePerFrame<number>((newest) => shown.push(newest));
  tell(1);
  stop();
  draw();
  expect(shown).toEqual([]);
});
