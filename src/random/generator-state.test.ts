import { expect, test } from "vitest";
import { Generator, type GeneratorState } from "./philox.ts";

test.each([0, 1, 2, 3, 4, 5, 7])("a stream goes on from where another stood after %i words", (words) => {
  const generator = new Generator(9).fork(3);
  for (let word = 0; word < words; word++) generator.bits();
  const state = JSON.parse(JSON.stringify(generator.state())) as GeneratorState;
  const other = new Generator(1).restore(state);
  const draw = (from: Generator) => [
    from.bits(),
    from.normal(),
    from.uniform(),
    from.normal(),
    from.fork(2).bits(),
  ];
  expect(draw(other)).toEqual(draw(generator));
});

test("a normal number that is kept for the next call is kept in the state too", () => {
  const generator = new Generator(2);
  generator.normal();
  const other = new Generator(0).restore(generator.state());
  expect([other.normal(), other.normal()]).toEqual([generator.normal(), generator.normal()]);
});

test("normal numbers have the mean and the deviation that are asked for", () => {
  const generator = new Generator(7);
  const numbers = Array.from({ length: 20_000 }, () => generator.normal(3, 2));
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const variance = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / numbers.length;
  expect(Math.abs(mean - 3)).toBeLessThan(0.05);
  expect(Math.abs(Math.sqrt(variance) - 2)).toBeLessThan(0.05);
});

test.each([
  undefined,
  {},
  { ...new Generator(1).state(), used: 0 },
  { ...new Generator(1).state(), key: [1, -1] },
  { ...new Generator(1).state(), counter: [1, 2, 3] },
  { ...new Generator(1).state(), normal: "1" },
])("no state: %j", (state) => {
  expect(() => new Generator(1).restore(state as GeneratorState)).toThrow("restore: the state is not one");
});
