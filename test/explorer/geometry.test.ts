import { describe, expect, test } from "vitest";
import {
  type Box,
  copyBoxes,
  middleOf,
  type NetworkShape,
  pointedAt,
  type Stage,
  stageHeight,
  visibleSteps,
} from "../../web/figures/unrolled-geometry.ts";

const shape: NetworkShape = {
  ...{ steps: 40, numLayers: 2, hiddenSize: 8, embeddingSize: 4, vocabularySize: 10 },
  ...{ hasCellState: true, gates: ["i", "f", "g", "o"] },
};
const stage: Stage = { width: 900, scale: 150, left: 3, fold: 1, at: 5 };

const middle = ({ x, y, width, height }: Box) => [x + width / 2, y + height / 2] as const;
const point = (x: number, y: number, on = stage) => pointedAt(x, y, shape, on);

describe("pointing", () => {
  const boxes = copyBoxes(6, shape, stage);

  test("finds each vector of a copy, and the number in it", () => {
    const { gates, c, h } = boxes.layers[1];
    expect(point(...middle(boxes.x))).toMatchObject({ step: 6, what: "x", index: 2 });
    expect(point(...middle(boxes.logits))).toMatchObject({ step: 6, what: "logits", index: 5 });
    expect(point(...middle(h))).toMatchObject({ step: 6, layer: 1, what: "h", index: 4 });
    expect(point(...middle(c!))).toMatchObject({ step: 6, layer: 1, what: "c", index: 4 });
    for (const { name, box } of gates)
      expect(point(box.x + 2, box.y + 1)).toMatchObject({ layer: 1, what: name, index: 0 });
    expect(point(h.x + 2, h.y + h.height - 1)).toMatchObject({ what: "h", index: 7 });
  });

  test("finds the arrows, by the weights that they go through", () => {
    const [lower, upper] = boxes.layers;
    expect(point(...middle(boxes.arrowUp))).toMatchObject({ what: "x", arrow: "W_ih" });
    expect(point(...middle(lower.arrowUp))).toMatchObject({ layer: 0, what: "h", arrow: "W_ih" });
    expect(point(...middle(upper.arrowUp))).toMatchObject({ layer: 1, what: "h", arrow: "decoder" });
    const right = lower.cell.x + lower.cell.width + 5;
    expect(point(right, middle(lower.h)[1])).toMatchObject({ step: 6, layer: 0, what: "h", arrow: "W_hh" });
    // What comes from the left is the state of the step before.
    expect(point(lower.cell.x - 5, middle(lower.h)[1])).toMatchObject({ step: 5, what: "h", arrow: "W_hh" });
  });

  test("finds nothing beside the text", () => {
    expect(pointedAt(10, 100, shape, { ...stage, left: -2 })).toBeUndefined();
    expect(pointedAt(890, 100, shape, { ...stage, left: 38 })).toBeUndefined();
  });

  test("finds the one copy of a network that is rolled up, wherever its step would be", () => {
    const rolled = { ...stage, fold: 0, at: 20 };
    const { h } = copyBoxes(20, shape, rolled).layers[0];
    expect(point(...middle(h), rolled)).toMatchObject({ step: 20, what: "h", layer: 0 });
  });
});

test("rolled up, all copies lie in one place; unrolled, a step lies every so many pixels", () => {
  const places = (fold: number) => [0, 5, 39].map((step) => middleOf(step, { ...stage, fold }));
  expect(places(0)).toEqual([450, 450, 450]);
  expect(places(1)).toEqual([-375, 375, 5475]);
  for (const [index, place] of places(0.5).entries())
    expect(place).toBeCloseTo((places(0)[index] + places(1)[index]) / 2, 6);
});

test("what is drawn is what is on the stage", () => {
  expect(visibleSteps(stage, 40)).toEqual([2, 9]);
  expect(visibleSteps({ ...stage, left: -100 }, 40)[1]).toBeLessThan(0);
  expect(visibleSteps({ ...stage, scale: 900 / 40, left: 0 }, 40)).toEqual([0, 39]);
});

test.each([2, 10, 40, 150, 240])("at %d pixels a step, nothing leaves its place", (scale) => {
  for (const fold of [0, 0.4, 1]) {
    const at = { ...stage, scale, fold };
    const { token, x, layers, logits, predicted } = copyBoxes(7, shape, at);
    const fromTheTop = [predicted, logits, layers[1].cell, layers[0].cell, x, token];
    fromTheTop.slice(1).forEach((box, index) => {
      expect(box.y).toBeGreaterThanOrEqual(fromTheTop[index].y + fromTheTop[index].height);
    });
    expect(token.y + token.height).toBeLessThanOrEqual(stageHeight(shape));
    for (const { cell, c, h, gates } of layers)
      for (const inner of [c!, h, ...gates.map(({ box }) => box)]) {
        expect(inner.x).toBeGreaterThanOrEqual(cell.x);
        expect(inner.x + inner.width).toBeLessThanOrEqual(cell.x + cell.width + 1e-9);
        expect(inner.width).toBeGreaterThan(0);
      }
  }
});
