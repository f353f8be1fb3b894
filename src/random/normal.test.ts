import { expect, test } from "vitest";
import { normalPair } from "./normal.ts";
import { Generator } from "./philox.ts";

test("a pair is the polar form that Box and Muller gave", () => {
  const generator = new Generator(1);
  const words = [0, 0xffffffff, 0x80000000, 0x40000000, 0xc0000000, 255, 256, 0x3fffffff];
  for (let i = 0; i < 2000; i++) words.push(generator.bits());
  for (let i = 0; i + 1 < words.length; i++) {
    const u = ((words[i] >>> 8) + 1) / 2 ** 24;
    const angle = (((words[i + 1] >>> 8) - 2 ** 21) * 2 * Math.PI) / 2 ** 24;
    const radius = Math.sqrt(-2 * Math.log(u));
    const [x, y] = normalPair(words[i], words[i + 1]);
    expect(x).toBeCloseTo(radius * Math.cos(angle), 12);
    expect(y).toBeCloseTo(radius * Math.sin(angle), 12);
  }
});

test("mean, variance and share beyond two deviations are those of the normal distribution", () => {
  const generator = new Generator(7);
  const numbers = Array.from({ length: 50_000 }, () => normalPair(generator.bits(), generator.bits())).flat();
  const mean = numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
  const square = numbers.reduce((sum, each) => sum + each * each, 0) / numbers.length;
  const far = numbers.filter((each) => Math.abs(each) > 2).length / numbers.length;
  expect(Math.abs(mean)).toBeLessThan(0.01);
  expect(Math.abs(square - 1)).toBeLessThan(0.015);
  expect(Math.abs(far - 0.0455)).toBeLessThan(0.002);
});
