import { expect, test } from "vitest";
import type { Task } from "../tasks/task.ts";
import { isBetter, judged } from "./judging.ts";

const task = { loss: "lossNats", judge: { measure: "cer", better: "less" } } as unknown as Task;
const found = (cer: number, lossNats?: number) => judged(task, { cer, lossNats });

test.each([
  ["the first", found(1, 5), undefined, true],
  ["a smaller value, whatever the loss", found(0.9, 7), found(1, 5), true],
  ["a greater value, whatever the loss", found(1, 2), found(0.9, 5), false],
  ["an equal value with a smaller loss", found(1, 2), found(1, 5), true],
  ["an equal value with an equal loss", found(1, 5), found(1, 5), false],
  ["an equal value with a loss that is no number", found(1, Number.NaN), found(1, 5), false],
  ["an equal value where a checkpoint of before has no loss", found(1, 2), { value: 1 }, false],
  ["a value that is no number", found(Number.NaN, 1), undefined, false],
])("what is better than the best so far: %s", (_, one, best, expected) => {
  expect(isBetter(one, best)).toBe(expected);
});

test("what is better the more there is is judged the other way round", () => {
  const byF1 = { ...task, judge: { measure: "f1", better: "more" } } as Task;
  expect(isBetter(judged(byF1, { f1: 0.5 }), judged(byF1, { f1: 0.4 }))).toBe(true);
});
