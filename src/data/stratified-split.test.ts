import { expect, test } from "vitest";
import { Generator } from "../random/philox.ts";
import { stratifiedSplit } from "./stratified-split.ts";

const items = Array.from({ length: 126 }, (_, number) => ({ number, label: number < 100 ? "many" : "few" }));
const split = (seed: number) => stratifiedSplit(items, ({ label }) => label, 0.1, new Generator(seed));

test("each label has its share in both parts, and every item is in one of them", () => {
  const { training, heldOut } = split(1);
  const count = (label: string) => heldOut.filter((item) => item.label === label).length;
  expect([count("many"), count("few")]).toEqual([10, 3]);
  expect([...training, ...heldOut].sort((a, b) => a.number - b.number)).toEqual(items);
  expect(heldOut.map(({ number }) => number)).toEqual(
    heldOut.map(({ number }) => number).sort((a, b) => a - b),
  );
});

test("the seed alone decides", () => {
  expect(split(1)).toEqual(split(1));
  expect(split(1)).not.toEqual(split(2));
});

test("a share that is none is named", () => {
  expect(() => stratifiedSplit(items, () => 0, 1.5, new Generator(1))).toThrow("share is 1.5, needed 0 to 1");
});
