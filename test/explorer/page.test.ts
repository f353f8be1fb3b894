// Everything that can be done in the views unrolled, play and next, done in a browser; numbers are held to the float64 reference.
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { nextTokens, orderUnits, type Trace, trace } from "unrolled/inspect";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { copyBoxes, type NetworkShape } from "../../web/figures/unrolled-geometry.ts";
import { INITIAL_STATE, stateFromHash } from "../../web/state.ts";
import { type Explorer, numberIn, openExplorer, referenceModel } from "./site.ts";

let explorer: Explorer;
let reference: Awaited<ReturnType<typeof referenceModel>>;
let expected: Trace;
let page: Page;

const H = 128;
const steps = INITIAL_STATE.text.length;
const shape: NetworkShape = {
  ...{ steps, numLayers: 1, hiddenSize: H, embeddingSize: 32, vocabularySize: 102 },
  ...{ hasCellState: true, gates: ["i", "f", "g", "o"] },
};

beforeAll(async () => {
  [explorer, reference] = await Promise.all([openExplorer(), referenceModel()]);
  expected = trace(reference.model, reference.tokenizer.encode(INITIAL_STATE.text));
}, 120_000);
afterAll(() => explorer?.close());

const state = (of: Page = page) => stateFromHash(new URL(of.url()).hash);
const readout = () => page.getByTestId("pointed").textContent();
/** Tries until what is asserted holds. */
const soon = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 5000, interval: 50 });
const hasState = (fields: object) => expect.poll(() => state()).toMatchObject(fields);

describe("unrolled", () => {
  const stage = { width: 1246, scale: 150, left: 2, fold: 1, at: 5 };
  const unrolled = () => page.locator(".stage");
  beforeEach(async () => {
    page = await explorer.open({ scale: 150, left: 2, at: 5 });
    return () => page.close();
  });

  test("pointing at a vector shows its number", async () => {
    const boxes = copyBoxes(6, shape, stage);
    const { h, c, gates, cell } = boxes.layers[0];
    const layer = expected.layers[0];
    // The pointer goes by whole pixels, and a unit is half of one high: the readout says which it found.
    const cases = [
      ["h", h.x + 3, h.y + 0.31 * h.height, 0.31 * H, (unit: number) => layer.h[7 * H + unit]],
      ["c", c!.x + 3, c!.y + 0.7 * c!.height, 0.7 * H, (unit: number) => layer.c![7 * H + unit]],
      [
        "f",
        gates[1].box.x + 3,
        gates[1].box.y + 11,
        (11 / gates[1].box.height) * H,
        (unit: number) => layer.gates.f![6 * H + unit],
      ],
      ["h", cell.x - 6, h.y + 0.6 * h.height, 0.6 * H, (unit: number) => layer.h[6 * H + unit]],
      [
        "x",
        boxes.x.x + 0.65 * boxes.x.width,
        boxes.x.y + 5,
        0.65 * 32,
        (k: number) => expected.inputs[6 * 32 + k],
      ],
    ] as const;
    for (const [name, x, y, index, expectedAt] of cases)
      await soon(async () => {
        await unrolled().hover({ position: { x, y } });
        const [, found, place] =
          new RegExp(`^${name}\\[(\\d+)\\] = .*(step \\d)`).exec((await readout())!) ?? [];
        expect(Math.abs(Number(found) - index)).toBeLessThan(3);
        expect(place).toBe(x < cell.x ? "step 6" : "step 7");
        expect(numberIn(await readout())).toBeCloseTo(expectedAt(Number(found)), 3);
      });
  });

  test("a click opens the step, whose equations hold the reference's numbers and add up", async () => {
    const { h } = copyBoxes(6, shape, stage).layers[0];
    await unrolled().click({ position: { x: h.x + 3, y: h.y + (33.5 / H) * h.height } });
    await hasState({ isOpen: true, at: 6 });
    expect(Math.abs(state().unit - 33)).toBeLessThan(3);
    await page.locator(".step-detail input").fill("33");
    await hasState({ unit: 33 });
    const layer = expected.layers[0];
    for (const name of ["i", "f", "g", "o"] as const)
      await soon(async () => {
        const shown = await page.getByTestId(`value-${name}`).textContent();
        expect(numberIn(shown)).toBeCloseTo(layer.gates[name]![6 * H + 33], 2);
      });
    expect(numberIn(await page.getByTestId("value-c′").textContent())).toBeCloseTo(layer.c![7 * H + 33], 2);
    expect(numberIn(await page.getByTestId("value-h′").textContent())).toBeCloseTo(layer.h[7 * H + 33], 2);
    await page.getByRole("button", { name: "Multiply out f" }).click();
    const products = page.locator(".products > div").first();
    await expect.poll(() => products.locator("h3").textContent()).toBe("W x for f");
    const cells = await products.locator("tr td:last-child").allTextContents();
    const numbers = cells.map((cell) => Number(cell.replace("=", "").replace("−", "-")));
    const total = numbers.pop()!;
    expect(numbers.reduce((sum, value) => sum + value, 0)).toBeCloseTo(total, 1);
    const row = reference.model.rnn.layerWeights(0).weightIh.toArray();
    const weights = (await row).slice((H + 33) * 32, (H + 34) * 32);
    const sum = [...weights].reduce((all, weight, k) => all + weight * expected.inputs[6 * 32 + k], 0);
    expect(total).toBeCloseTo(sum, 2);
  });

  test("the same weights are shown in every copy", async () => {
    expect(await page.locator(".diagram .same").count()).toBe(0);
    await page.getByRole("button", { name: "W_ih" }).click();
    const copies = await page.locator(".diagram .copy").count();
    expect(copies).toBeGreaterThan(7);
    expect(await page.locator(".diagram .arrow-head.same").count()).toBe(copies);
    await page.getByRole("button", { name: "W_hh" }).click();
    expect(await page.locator(".diagram .same-ribbon").count()).toBe(copies);
  });

  test("rolled up there is one copy that is seen and a loop; the animation leads from one to the other", async () => {
    const { browser, site } = explorer;
    const moving = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await moving.goto(site.url);
    await moving.locator(".diagram .copy").first().waitFor();
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
    await moving.getByRole("button", { name: "Rolled up" }).click();
    const seen = new Set<number>();
    await expect
      .poll(
        async () => {
          const now = spread(await middles());
          seen.add(now);
          return now;
        },
        { interval: 20, timeout: 10_000 },
      )
      .toBe(0);
    expect((await opacities()).filter((opacity) => opacity > 0)).toEqual([1]);
    expect([...seen].some((between) => between > 0 && between < unrolledSpread)).toBe(true);
    await moving.getByRole("button", { name: "Unrolled" }).click();
    await expect
      .poll(async () => spread(await middles()), { timeout: 10_000 })
      .toBeCloseTo(unrolledSpread, 0);
    await moving.close();
  });

  test("whoever wants less motion gets none", async () => {
    await page.getByRole("button", { name: "Rolled up" }).click();
    await expect.poll(() => page.locator(".diagram .copy[opacity='0']").count()).toBeGreaterThan(5);
  });

  test("wheel and drag zoom and pan, and the URL remembers", async () => {
    await unrolled().hover({ position: { x: 600, y: 100 } });
    await page.mouse.wheel(0, 300);
    await expect.poll(() => state().scale).toBeLessThan(149);
    // What is under the pointer stays there.
    expect(state().left + 600 / state().scale).toBeCloseTo(2 + 600 / 150, 1);
    const { left, scale } = state();
    await page.mouse.down();
    await page.mouse.move(500, 400, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => state().left).not.toBe(left);
    expect(state().scale).toBeCloseTo(scale, 6);
    expect(state().isOpen).toBe(false);
  });

  test("everything is there by keyboard", async () => {
    await unrolled().focus();
    await page.keyboard.press("ArrowRight");
    await hasState({ at: 6 });
    expect(await unrolled().getAttribute("aria-valuetext")).toContain('step 7 of 54, reads "s"');
    await page.keyboard.press("End");
    await hasState({ at: steps - 1 });
    await expect.poll(() => page.locator(".diagram .copy.at").count()).toBe(1);
    await page.keyboard.press("+");
    await expect.poll(() => state().scale).toBeGreaterThan(150);
    await page.keyboard.press("Enter");
    await hasState({ isOpen: true });
    await page.keyboard.press("Space");
    await hasState({ isUnrolled: false });
  });
});

describe("play", () => {
  beforeEach(async () => {
    page = await explorer.open({ view: "play", at: 4 });
    return () => page.close();
  });

  const map = (title: string) => page.locator(".heat-map", { hasText: title }).locator("canvas");
  const at = async (title: string, step: number, row: number) => {
    const box = (await map(title).boundingBox())!;
    return { x: ((step + 0.5) / steps) * box.width, y: ((row + 0.5) / H) * box.height };
  };

  test("there is a heat-map of h, c and every gate, and pointing shows numbers", async () => {
    const titles = await page.locator(".heat-map figcaption").allTextContents();
    const shown = titles.map((title) => title.replace(/ from .*/, ""));
    const states = ["hidden state h", "cell state c"];
    expect(shown).toEqual([...states, "input gate i", "forget gate f", "candidate g", "output gate o"]);
    await map("cell state c").hover({ position: await at("cell state c", 30, 100) });
    await expect.poll(readout).toContain(`c[100] at step 31, ${JSON.stringify(INITIAL_STATE.text[30])}`);
    expect(numberIn(await readout())).toBeCloseTo(expected.layers[0].c![31 * H + 100], 3);
  });

  test("the colours are those of the numbers", async () => {
    const pixels = await map("forget gate f").evaluate((canvas: HTMLCanvasElement) => {
      const { width, height } = canvas;
      return { width, height, data: [...canvas.getContext("2d")!.getImageData(0, 0, width, height).data] };
    });
    expect([pixels.width, pixels.height]).toEqual([steps, H]);
    // In daylight an open gate is darker than a closed one.
    const darkness = (step: number, unit: number) => -pixels.data[4 * (unit * steps + step)];
    const gate = expected.layers[0].gates.f!;
    for (let unit = 0; unit < H; unit += 7)
      for (let step = 1; step < steps; step += 5)
        if (Math.abs(gate[step * H + unit] - gate[unit]) > 0.05)
          expect(darkness(step, unit) > darkness(0, unit)).toBe(gate[step * H + unit] > gate[unit]);
  });

  test("units are ordered by variance as the reference has it", async () => {
    await page.getByRole("combobox", { name: "Units" }).selectOption("variance");
    const order = orderUnits(expected.layers[0].h.subarray(H), H, "variance");
    await soon(async () => {
      await map("hidden state h").hover({ position: await at("hidden state h", 10, 2) });
      expect(await readout()).toContain(`h[${order[2]}]`);
    });
    await page.getByRole("combobox", { name: "Units" }).selectOption("similarity");
    const alike = orderUnits(expected.layers[0].h.subarray(H), H, "similarity");
    await soon(async () => {
      await map("hidden state h").hover({ position: await at("hidden state h", 11, 64) });
      expect(await readout()).toContain(`h[${alike[64]}]`);
    });
    await hasState({ order: "similarity" });
  });

  test("a brush over time and units marks the text and is summed up", async () => {
    const from = await at("input gate i", 10, 20);
    const to = await at("input gate i", 15, 29);
    const box = (await map("input gate i").boundingBox())!;
    await page.mouse.move(box.x + from.x, box.y + from.y);
    await page.mouse.down();
    await page.mouse.move(box.x + to.x, box.y + to.y, { steps: 4 });
    await page.mouse.up();
    await hasState({ steps: [10, 15], rows: [20, 29] });
    expect(await page.locator(".token-text .in").allTextContents()).toEqual([
      ...INITIAL_STATE.text.slice(10, 16),
    ]);
    let mean = 0;
    for (let step = 10; step <= 15; step++)
      for (let unit = 20; unit < 30; unit++) mean += expected.layers[0].gates.i![step * H + unit] / 60;
    const row = page.locator("tr", { hasText: "input gate i" });
    expect(Number(await row.locator("td").first().textContent())).toBeCloseTo(mean, 2);
    await page.getByRole("button", { name: "Clear the brush" }).click();
    await hasState({ steps: null, rows: null });
  });

  test("a brush over the text marks the heat-maps", async () => {
    const letters = page.locator(".token-text span");
    await letters.nth(20).hover();
    await page.mouse.down();
    await letters.nth(26).hover();
    await page.mouse.up();
    await hasState({ steps: [20, 26] });
    expect(await page.locator(".heat-map .brushed").count()).toBe(6);
  });

  test("the playhead plays, stops, and is moved by slider and keys", async () => {
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await expect.poll(() => state().at, { timeout: 5000 }).toBeGreaterThan(7);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("slider", { name: "Playhead", exact: true }).focus();
    await page.keyboard.press("Home");
    await hasState({ at: 0 });
    await page.locator(".token-text").focus();
    await page.keyboard.press("ArrowRight");
    await hasState({ at: 1 });
  });
});

describe("what comes next", () => {
  const at = 11;
  const logits = () => expected.logits.subarray(at * 102, (at + 1) * 102);
  beforeEach(async () => {
    page = await explorer.open({ view: "next", at });
    return () => page.close();
  });
  const names = () =>
    page
      .getByRole("list", { name: "The likeliest next tokens" })
      .getByRole("button")
      .evaluateAll((buttons) => buttons.map((button) => button.getAttribute("aria-label")!));
  const percents = (label: string) => [...label.matchAll(/([\d.]+) %/g)].map(([, number]) => Number(number));

  test("the likeliest tokens are the reference's, with its probabilities", async () => {
    const found = await names();
    const shares = nextTokens(logits(), {}, found.length);
    expect(found.length).toBe(14);
    found.forEach((label, rank) => {
      expect(label).toContain(JSON.stringify(reference.tokenizer.token(shares[rank].id)));
      expect(percents(label)[1]).toBeCloseTo(100 * shares[rank].probability, 0);
    });
  });

  test("temperature, top-k and top-p reshape the bars at once", async () => {
    const slide = (label: RegExp, value: string) => page.getByLabel(label).fill(value);
    await slide(/Temperature/, "0.5");
    await slide(/Top-k/, "3");
    const [first, second, , fourth] = nextTokens(logits(), { temperature: 0.5, topK: 3 }, 4);
    await soon(async () => {
      const [a, b, , d] = await names();
      expect(percents(a)[0]).toBeCloseTo(100 * first.sampled, 0);
      expect(percents(b)[0]).toBeCloseTo(100 * second.sampled, 0);
      expect(fourth.sampled).toBe(0);
      expect(percents(d)[0]).toBeLessThan(0.2);
    });
    await slide(/Top-p/, "0.05");
    await soon(async () => expect(percents((await names())[0])[0]).toBe(100));
    await hasState({ temperature: 0.5, topK: 3, topP: 0.05 });
  });

  test("the text is coloured by surprise", async () => {
    const letters = page.locator(".token-text span");
    for (const step of [1, 12, 30]) {
      const title = await letters.nth(step).getAttribute("title");
      expect(Number.parseFloat(title!)).toBeCloseTo(expected.lossNats[step - 1] / Math.LN2, 1);
    }
    const mean = expected.lossNats.slice(0, -1).reduce((sum, loss) => sum + loss, 0) / (steps - 1) / Math.LN2;
    expect(await page.getByTestId("surprise").textContent()).toContain(`by ${mean.toFixed(2)} bits`);
    const lightness = (step: number) =>
      letters.nth(step).evaluate((letter) => {
        const [r, g, b] = getComputedStyle(letter).backgroundColor.match(/\d+/g)!.map(Number);
        return r + g + b;
      });
    const bits = Array.from({ length: steps - 1 }, (_, step) => expected.lossNats[step]);
    const most = 1 + bits.indexOf(Math.max(...bits));
    const least = 1 + bits.indexOf(Math.min(...bits));
    expect(await lightness(most)).toBeLessThan((await lightness(least)) - 100);
  });

  test("tokens that are clicked branch off, side by side, and stay in the URL", async () => {
    const choose = (rank: number) =>
      page.getByRole("list", { name: "The likeliest next tokens" }).getByRole("button").nth(rank).click();
    await page.getByLabel(/Temperature/).fill("0");
    await choose(0);
    await choose(2);
    await expect.poll(() => page.locator(".branch").count()).toBe(2);
    const [first, , third] = nextTokens(logits(), {}, 3);
    await hasState({
      branches: [
        { at, id: first.id },
        { at, id: third.id },
      ],
    });
    // At temperature 0 the branch is the reference's likeliest token, again and again.
    const ids = [...expected.ids.subarray(0, at + 1), third.id];
    let greedy = reference.tokenizer.token(third.id);
    for (let count = 0; count < 12; count++) {
      const row = trace(reference.model, ids).logits.subarray(-102);
      const id = row.subarray(1).reduce((best, logit, index) => (logit > row[best] ? index + 1 : best), 1);
      ids.push(id);
      greedy += reference.tokenizer.token(id);
    }
    const text = page.locator(".branch").nth(1).locator(".branch-text span:not(.quiet)");
    await expect
      .poll(async () => (await text.allTextContents()).join("").replaceAll("¶", "\n"))
      .toContain(greedy);
    const [box, other] = await Promise.all(
      [0, 1].map((index) => page.locator(".branch").nth(index).boundingBox()),
    );
    expect(box!.y).toBe(other!.y);
    await page.locator(".branch").first().getByRole("button", { name: /Close/ }).click();
    await hasState({ branches: [{ at, id: third.id }] });
  });
});

describe("taking away", () => {
  beforeEach(async () => {
    page = await explorer.open({ view: "play", at: 3 });
    return () => page.close();
  });
  const saved = async (format: string) => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: `Save as ${format}` }).click(),
    ]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  };

  test("CSV and JSON hold the numbers", async () => {
    const csv = await saved("CSV");
    expect(csv.name).toBe("states-layer-1.csv");
    const rows = csv.bytes.toString("utf8").trimEnd().split("\r\n");
    expect(rows.length).toBe(steps + 1);
    const head = rows[0].split(",");
    const third = rows[3].split(",");
    expect(third.slice(0, 2)).toEqual(["3", "t"]);
    expect(Number(third[head.indexOf("h[5]")])).toBeCloseTo(expected.layers[0].h[3 * H + 5], 4);
    expect(Number(third[head.indexOf("o[127]")])).toBeCloseTo(expected.layers[0].gates.o![2 * H + 127], 4);
    const json = JSON.parse((await saved("JSON")).bytes.toString("utf8"));
    expect(json.pieces.join("")).toBe(INITIAL_STATE.text);
    expect(json.layers[0].c[10][7]).toBeCloseTo(expected.layers[0].c![10 * H + 7], 4);
    expect(json.lossNats.at(-1)).toBeNull();
  });

  test("SVG and PNG hold the picture", async () => {
    const svg = (await saved("SVG")).bytes.toString("utf8");
    expect(svg.match(/<image /g)?.length).toBe(6);
    expect(svg).toContain("forget gate f");
    expect(svg).not.toContain("var(--");
    const png = (await saved("PNG")).bytes;
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect(png.readUInt32BE(16)).toBeGreaterThan(2000);
  });
});
