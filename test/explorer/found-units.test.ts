// Which units a gallery shows, and on which passage.
import type { UnitResponses } from "unrolled/inspect";
import { expect, test } from "vitest";
import { foundUnits, mostSaying, tellingPassage } from "../../web/units/found-units.ts";

const unit = (index: number, strengths: Readonly<Record<string, number>>) => ({
  ...{ layer: 0, unit: index, mean: 0, deviation: 1, passages: [] },
  responses: Object.entries(strengths).map(([feature, strength]) => ({
    ...{ feature, strength, correlation: strength, areaUnderCurve: undefined },
  })),
});
/** Of a text that has these features, "there or not" or numbers. */
const responses = (...units: ReturnType<typeof unit>[]) => {
  const names = ["inside quotes", "bracket depth", "inside brackets", "position in line", "indentation"];
  const features = [...names, "capital", "word start", "line end"].map((name) => ({ name, kind: "binary" }));
  return { units, features } as unknown as UnitResponses;
};

test("a kind of feature has the unit that follows it most closely, if one does", () => {
  const found = responses(
    unit(0, { "word start": 0.99, "inside quotes": 0.1 }),
    unit(1, { "inside quotes": 0.6, "bracket depth": 0.7 }),
    unit(2, { "inside quotes": 0.8, "inside brackets": 0.65, indentation: 0.49 }),
  );
  const { units, without } = foundUnits(found);
  expect(units.map(({ title, unit, response }) => [title, unit.unit, response.feature])).toEqual([
    ["Quotes", 2, "inside quotes"],
    ["Brackets", 1, "bracket depth"],
    ["Beginnings of words", 0, "word start"],
  ]);
  expect(without).toEqual(["Place in the line", "Indentation", "Capitals", "Ends of lines"]);
});

test("of a task's model what it says is followed, and of numbers nothing of texts is asked for", () => {
  const { units } = responses(unit(0, { "says spam": 0.9 }), unit(1, { pulse: 0.2 }));
  const features = ["says spam", "pulse"].map((name) => ({ name, kind: "number" }));
  const gallery = foundUnits({ units, features } as unknown as UnitResponses);
  expect(gallery.units.map(({ title, unit }) => [title, unit.unit])).toEqual([["Says spam", 0]]);
  expect(gallery.without).toEqual(["Pulse"]);
});

test("what has to be remembered says most; where nothing is, the first unit does", () => {
  const seen = unit(0, { "word start": 0.99 });
  expect(mostSaying(responses(seen, unit(1, { "position in line": 0.6 }))).unit).toBe(1);
  expect(mostSaying(responses(seen, unit(1, { "position in line": 0.3 }))).unit).toBe(0);
});

test("the passage is the one on which unit and feature go together most closely", () => {
  const feature = Array.from({ length: 60 }, (_, t) => Number(t >= 30 && t < 34));
  const values = feature.map((there, t) => (there ? -0.9 : t % 2 === 0 ? 0.1 : -0.1));
  const [first, last] = tellingPassage(values, feature, 12);
  expect(last - first).toBe(11);
  expect(first).toBeLessThanOrEqual(30);
  expect(last).toBeGreaterThanOrEqual(33);
  expect(tellingPassage([1, 2], [0, 1], 12)).toEqual([0, 1]);
});
