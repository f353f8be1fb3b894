// The network as a loop and unrolled, in a browser; its numbers are held to the float64 reference.
import { expect, test } from "vitest";
import { copyBoxes } from "../../web/figures/unrolled-geometry.ts";
import { driven, H, hasState, readout, shape, soon, stateOf, steps } from "./driven.ts";
import { atRest, numberIn } from "./site.ts";

/** How long the page takes to roll up or unroll. */
const FOLDING_MS = 900;
const tested = driven({ scale: 150, left: 2, at: 5 });

const stage = { width: 1246, scale: 150, left: 2, fold: 1, at: 5 };
const unrolled = () => tested.page.locator(".stage");

test("pointing at a vector shows its number", async () => {
  const boxes = copyBoxes(6, shape, stage);
  const { h, c, gates, cell } = boxes.layers[0];
  const layer = tested.expected.layers[0];
  // The pointer goes by whole pixels, and a unit is half of one high: the readout says which it found.
  const cases = [
    ["h", h.x + 3, h.y + 0.31 * h.height, 0.31 * H, (unit: number) => layer.states.h[7 * H + unit]],
    ["c", c!.x + 3, c!.y + 0.7 * c!.height, 0.7 * H, (unit: number) => layer.states.c[7 * H + unit]],
    [
      "f",
      gates[1].box.x + 3,
      gates[1].box.y + 11,
      (11 / gates[1].box.height) * H,
      (unit: number) => layer.gates.f![6 * H + unit],
    ],
    ["h", cell.x - 6, h.y + 0.6 * h.height, 0.6 * H, (unit: number) => layer.states.h[6 * H + unit]],
    [
      "x",
      boxes.x.x + 0.65 * boxes.x.width,
      boxes.x.y + 5,
      0.65 * 32,
      (k: number) => tested.expected.inputs[6 * 32 + k],
    ],
  ] as const;
  for (const [name, x, y, index, expectedAt] of cases)
    await soon(async () => {
      await unrolled().hover({ position: { x, y } });
      const [, found, place] =
        new RegExp(`^${name}\\[(\\d+)\\] = .*(step \\d)`).exec((await readout(tested.page))!) ?? [];
      expect(Math.abs(Number(found) - index)).toBeLessThan(3);
      expect(place).toBe(x < cell.x ? "step 6" : "step 7");
      expect(numberIn(await readout(tested.page))).toBeCloseTo(expectedAt(Number(found)), 3);
    });
});

test("a click opens the step, whose equations hold the reference's numbers and add up", async () => {
  const { h } = copyBoxes(6, shape, stage).layers[0];
  await unrolled().click({ position: { x: h.x + 3, y: h.y + (33.5 / H) * h.height } });
  await hasState(tested.page, { isOpen: true, at: 6 });
  expect(Math.abs(stateOf(tested.page).unit - 33)).toBeLessThan(3);
  await tested.page.locator(".step-detail input").fill("33");
  await hasState(tested.page, { unit: 33 });
  const layer = tested.expected.layers[0];
  for (const name of ["i", "f", "g", "o"] as const)
    await soon(async () => {
      const shown = await tested.page.getByTestId(`value-${name}`).textContent();
      expect(numberIn(shown)).toBeCloseTo(layer.gates[name]![6 * H + 33], 2);
    });
  expect(numberIn(await tested.page.getByTestId("value-c′").textContent())).toBeCloseTo(
    layer.states.c[7 * H + 33],
    2,
  );
  expect(numberIn(await tested.page.getByTestId("value-h′").textContent())).toBeCloseTo(
    layer.states.h[7 * H + 33],
    2,
  );
  await tested.page.getByRole("button", { name: "Multiply out f" }).click();
  const products = tested.page.locator(".products > div").first();
  await expect.poll(() => products.locator("h3").textContent()).toBe("W x for f");
  const cells = await products.locator("tr td:last-child").allTextContents();
  const numbers = cells.map((cell) => Number(cell.replace("=", "").replace("−", "-")));
  const total = numbers.pop()!;
  expect(numbers.reduce((sum, value) => sum + value, 0)).toBeCloseTo(total, 1);
  const row = tested.reference.network.namedParameters().get("rnn.weight_ih_l0")!.toArray();
  const weights = (await row).slice((H + 33) * 32, (H + 34) * 32);
  const sum = [...weights].reduce((all, weight, k) => all + weight * tested.expected.inputs[6 * 32 + k], 0);
  expect(total).toBeCloseTo(sum, 2);
});

test("the same weights are shown in every copy", async () => {
  await expect.poll(() => tested.page.locator(".diagram .same").count()).toBe(0);
  await tested.page.getByRole("button", { name: "W_ih" }).click();
  const copies = await tested.page.locator(".diagram .copy").count();
  expect(copies).toBeGreaterThan(7);
  await expect.poll(() => tested.page.locator(".diagram .arrow-head.same").count()).toBe(copies);
  await tested.page.getByRole("button", { name: "W_hh" }).click();
  await expect.poll(() => tested.page.locator(".diagram .same-ribbon").count()).toBe(copies);
});

test("rolled up there is one copy that is seen and a loop; the animation leads from one to the other", {
  tags: "long",
}, async () => {
  const moving = await tested.explorer.tab();
  await moving.clock.install();
  await moving.goto(`${tested.explorer.site.url}#at=3&text=To+be+or`);
  await moving.locator(".diagram .copy").first().waitFor();
  await atRest(moving);
  const middles = () =>
    moving
      .locator(".diagram .token")
      .evaluateAll((texts) => texts.map((text) => Number(text.getAttribute("x"))));
  const opacities = () =>
    moving
      .locator(".diagram .copy")
      .evaluateAll((copies) => copies.map((copy) => Number(copy.getAttribute("opacity") ?? 1)));
  const spread = (values: number[]) => Math.max(...values) - Math.min(...values);
  const unrolledSpread = spread(await middles());
  // From here on the page's time passes when the test lets it.
  await moving.clock.pauseAt(Date.now() + 3_600_000);
  await moving.getByRole("button", { name: "Rolled up" }).click();
  await moving.clock.runFor(FOLDING_MS / 2);
  const between = spread(await middles());
  expect(between).toBeGreaterThan(0);
  expect(between).toBeLessThan(unrolledSpread);
  await moving.clock.runFor(FOLDING_MS);
  expect(spread(await middles())).toBe(0);
  expect((await opacities()).filter((opacity) => opacity > 0)).toEqual([1]);
  await moving.getByRole("button", { name: "Unrolled" }).click();
  await moving.clock.runFor(2 * FOLDING_MS);
  expect(spread(await middles())).toBeCloseTo(unrolledSpread, 0);
});

test("whoever wants less motion gets none", async () => {
  await tested.page.getByRole("button", { name: "Rolled up" }).click();
  await expect.poll(() => tested.page.locator(".diagram .copy[opacity='0']").count()).toBeGreaterThan(5);
});

test("wheel and drag zoom and pan, and the URL remembers", async () => {
  await unrolled().hover({ position: { x: 600, y: 100 } });
  await tested.page.mouse.wheel(0, 300);
  await expect.poll(() => stateOf(tested.page).scale).toBeLessThan(149);
  // What is under the pointer stays there.
  expect(stateOf(tested.page).left + 600 / stateOf(tested.page).scale).toBeCloseTo(2 + 600 / 150, 1);
  const { left, scale } = stateOf(tested.page);
  await tested.page.mouse.down();
  await tested.page.mouse.move(500, 400, { steps: 5 });
  await tested.page.mouse.up();
  await expect.poll(() => stateOf(tested.page).left).not.toBe(left);
  expect(stateOf(tested.page).scale).toBeCloseTo(scale, 6);
  expect(stateOf(tested.page).isOpen).toBe(false);
});

test("everything is there by keyboard", async () => {
  await unrolled().focus();
  await tested.page.keyboard.press("ArrowRight");
  await hasState(tested.page, { at: 6 });
  await expect.poll(() => unrolled().getAttribute("aria-valuetext")).toContain('step 7 of 54, reads "s"');
  await tested.page.keyboard.press("End");
  await hasState(tested.page, { at: steps - 1 });
  await expect.poll(() => tested.page.locator(".diagram .copy.at").count()).toBe(1);
  await tested.page.keyboard.press("+");
  await expect.poll(() => stateOf(tested.page).scale).toBeGreaterThan(150);
  await tested.page.keyboard.press("Enter");
  await hasState(tested.page, { isOpen: true });
  await tested.page.keyboard.press("Space");
  await hasState(tested.page, { isUnrolled: false });
});
