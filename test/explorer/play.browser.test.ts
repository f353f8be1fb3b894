// States and gates as heat-maps, in a browser; their numbers are held to the float64 reference.
import { orderUnits } from "unrolled/inspect";
import { expect, test } from "vitest";
import { driven, H, hasState, readout, soon, stateOf, steps } from "./driven.ts";
import { numberIn, numberOf, READ } from "./site.ts";

const tested = driven({ view: "play", at: 4 });

const map = (title: string) => tested.page.locator(".heat-map", { hasText: title }).locator("canvas");
const at = async (title: string, step: number, row: number) => {
  const box = (await map(title).boundingBox())!;
  return { x: ((step + 0.5) / steps) * box.width, y: ((row + 0.5) / H) * box.height };
};

test("there is a heat-map of h, c and every gate, and pointing shows numbers", async () => {
  const titles = await tested.page.locator(".heat-map figcaption").allTextContents();
  const shown = titles.map((title) => title.replace(/ from .*/, ""));
  const states = ["hidden state h", "cell state c"];
  expect(shown).toEqual([...states, "input gate i", "forget gate f", "candidate g", "output gate o"]);
  await soon(async () => {
    await map("cell state c").hover({ position: await at("cell state c", 30, 100) });
    expect(await readout(tested.page)).toContain(`c[100] at step 31, ${JSON.stringify(READ.text[30])}`);
  });
  expect(numberIn(await readout(tested.page))).toBeCloseTo(
    tested.expected.layers[0].states.c[31 * H + 100],
    3,
  );
});

test("the colours are those of the numbers", { tags: "long" }, async () => {
  const pixels = await map("forget gate f").evaluate((canvas: HTMLCanvasElement) => {
    const { width, height } = canvas;
    return { width, height, data: [...canvas.getContext("2d")!.getImageData(0, 0, width, height).data] };
  });
  expect([pixels.width, pixels.height]).toEqual([steps, H]);
  // In daylight an open gate is darker than a closed one.
  const darkness = (step: number, unit: number) => -pixels.data[4 * (unit * steps + step)];
  const gate = tested.expected.layers[0].gates.f!;
  for (let unit = 0; unit < H; unit += 7)
    for (let step = 1; step < steps; step += 5)
      if (Math.abs(gate[step * H + unit] - gate[unit]) > 0.05)
        expect(darkness(step, unit) > darkness(0, unit)).toBe(gate[step * H + unit] > gate[unit]);
});

test("units are ordered by variance as the reference has it", async () => {
  await tested.page.getByRole("combobox", { name: "Units" }).selectOption("variance");
  const order = orderUnits(tested.expected.layers[0].states.h.subarray(H), H, "variance");
  await soon(async () => {
    await map("hidden state h").hover({ position: await at("hidden state h", 10, 2) });
    expect(await readout(tested.page)).toContain(`h[${order[2]}]`);
  });
  await tested.page.getByRole("combobox", { name: "Units" }).selectOption("similarity");
  const alike = orderUnits(tested.expected.layers[0].states.h.subarray(H), H, "similarity");
  await soon(async () => {
    await map("hidden state h").hover({ position: await at("hidden state h", 11, 64) });
    expect(await readout(tested.page)).toContain(`h[${alike[64]}]`);
  });
  await hasState(tested.page, { order: "similarity" });
});

test("a brush over time and units marks the text and is summed up", async () => {
  const from = await at("input gate i", 10, 20);
  const to = await at("input gate i", 15, 29);
  const box = (await map("input gate i").boundingBox())!;
  await tested.page.mouse.move(box.x + from.x, box.y + from.y);
  await tested.page.mouse.down();
  await tested.page.mouse.move(box.x + to.x, box.y + to.y, { steps: 4 });
  await tested.page.mouse.up();
  await hasState(tested.page, { steps: [10, 15], rows: [20, 29] });
  expect(await tested.page.locator(".token-text .in").allTextContents()).toEqual([
    ...READ.text.slice(10, 16),
  ]);
  let mean = 0;
  for (let step = 10; step <= 15; step++)
    for (let unit = 20; unit < 30; unit++) mean += tested.expected.layers[0].gates.i![step * H + unit] / 60;
  const row = tested.page.locator("tr", { hasText: "input gate i" });
  expect(numberOf((await row.locator("td").first().textContent())!)).toBeCloseTo(mean, 2);
  await tested.page.getByRole("button", { name: "Clear the brush" }).click();
  await hasState(tested.page, { steps: null, rows: null });
});

test("a brush over the text marks the heat-maps", async () => {
  const letters = tested.page.locator(".token-text span");
  await letters.nth(20).hover();
  await tested.page.mouse.down();
  await letters.nth(26).hover();
  await tested.page.mouse.up();
  await hasState(tested.page, { steps: [20, 26] });
  await expect.poll(() => tested.page.locator(".heat-map .brushed").count()).toBe(6);
});

test("steps and rows are brushed by keyboard too", { tags: "long" }, async () => {
  await tested.page.locator(".token-text").focus();
  for (let count = 0; count < 3; count++) await tested.page.keyboard.press("Shift+ArrowRight");
  await hasState(tested.page, { at: 7, steps: [4, 7] });
  await tested.page.keyboard.press("Shift+ArrowLeft");
  await hasState(tested.page, { at: 6, steps: [4, 6] });
  await tested.page.getByLabel("First brushed row").fill("10");
  await tested.page.getByLabel("Last brushed row").fill("19");
  await tested.page.keyboard.press("Tab");
  await hasState(tested.page, { rows: [10, 19] });
  await tested.page.getByLabel("Last brushed row").fill("5");
  await tested.page.keyboard.press("Tab");
  await expect.poll(() => tested.page.getByLabel("Last brushed row").inputValue()).toBe("19");
});

test("the playhead plays, stops, and is moved by slider and keys", async () => {
  // Long, so that it still plays when it is stopped.
  const page = await tested.explorer.open({ view: "play", at: 4, text: READ.text.repeat(30) });
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(() => stateOf(page).at).toBeGreaterThan(7);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("slider", { name: "Playhead", exact: true }).focus();
  await page.keyboard.press("Home");
  await hasState(page, { at: 0 });
  await page.locator(".token-text").focus();
  await page.keyboard.press("ArrowRight");
  await hasState(page, { at: 1 });
});
