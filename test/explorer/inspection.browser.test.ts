// Everything that can be done in the views units and memory, done in a browser; numbers are held to the float64 reference.
import type { Page } from "playwright-core";
import {
  attribution,
  type GradientsThroughTime,
  gradientsThroughTime,
  reach,
  similarSpans,
  trace,
  unitResponses,
} from "unrolled/inspect";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stateFromHash } from "../../web/state.ts";
import { foundUnits, mostSaying } from "../../web/units/found-units.ts";
import { atRest, type Explorer, numberOf, openExplorer, READ, referenceModel } from "./site.ts";

let explorer: Explorer;
let reference: Awaited<ReturnType<typeof referenceModel>>;
let page: Page;

const H = 128;
/** Long enough for features to occur often. */
const LONG_TEXT = Array.from(
  { length: 16 },
  (_, index) => `    readonly GL_${index}: number;\n    /** The "${index}" (read-only) property. */\n`,
).join("");
const idsOf = (text: string) => reference.tokenizer.encode(text);
const state = () => stateFromHash(new URL(page.url()).hash);
const textOf = (id: string) => page.getByTestId(id).textContent();

/** Opens the page in a state, for one test. */
async function opened(fields: Parameters<Explorer["open"]>[0]): Promise<Page> {
  page = await explorer.open(fields);
  return page;
}

beforeAll(async () => {
  [explorer, reference] = await Promise.all([openExplorer(), referenceModel()]);
});
afterAll(() => explorer?.close());

describe("units", () => {
  test("are ranked by what they respond to, with the reference's numbers", async () => {
    const found = await unitResponses(reference.network, reference.tokenizer, idsOf(LONG_TEXT));
    await opened({ view: "units", on: "reading", text: LONG_TEXT });
    const rows = page.locator(".unit-list button");
    await rows.first().waitFor();
    const [best] = found.units;
    const strengths = (await page.locator(".unit-list .figure").allTextContents()).map(numberOf);
    strengths.forEach((strength, index) => {
      expect(strength).toBeCloseTo(found.units[index].responses[0].strength, 1);
    });
    await expect.poll(() => rows.first().textContent()).toContain(best.responses[0].feature);
    await page.getByLabel("Feature").selectOption("digit");
    const digits = found.units
      .map(({ responses }) => responses.find(({ feature }) => feature === "digit")!.strength)
      .sort((a, b) => b - a);
    await expect
      .poll(async () => numberOf((await page.locator(".unit-list .figure").first().textContent())!))
      .toBeCloseTo(digits[0], 2);
    const [, unitText] = /unit (\d+)/.exec((await rows.first().textContent())!)!;
    const unit = Number(unitText);
    await rows.first().click();
    await expect.poll(() => state().unit).toBe(unit);
    const expected = found.units.find((each) => each.unit === unit)!;
    const [, mean, deviation] = /mean ([−-]?[\d.]+), standard deviation ([\d.]+)/.exec(
      (await textOf("unit-facts"))!,
    )!;
    expect(numberOf(mean)).toBeCloseTo(expected.mean, 2);
    expect(Number(deviation)).toBeCloseTo(expected.deviation, 2);
    // The text is coloured by it, and says its numbers.
    const { layers } = trace(reference.network, idsOf(LONG_TEXT));
    const token = page.locator('.selected-unit [data-step="70"]').first();
    const [, shown] = /= ([−-]?[\d.]+)/.exec((await token.getAttribute("title"))!)!;
    expect(numberOf(shown)).toBeCloseTo(layers[0].states.h[71 * H + unit], 2);
  });

  test("open on the unit that says most, with a gallery of found units, each a link", {
    tags: "long",
  }, async () => {
    const found = await unitResponses(reference.network, reference.tokenizer, idsOf(LONG_TEXT));
    const most = mostSaying(found);
    await opened({ view: "units", on: "reading", text: LONG_TEXT });
    await expect.poll(() => state().unit).toBe(most.unit);
    const { units } = foundUnits(found);
    expect(units.length).toBeGreaterThan(2);
    const cards = page.locator(".gallery a");
    expect(await cards.locator("strong").allTextContents()).toEqual(units.map(({ title }) => title));
    for (const [index, { unit, response }] of units.entries()) {
      const link = new URLSearchParams((await cards.nth(index).getAttribute("href"))!.slice(1));
      expect(link.get("feature")).toBe(response.feature);
      expect(Number(link.get("unit") ?? 0)).toBe(unit.unit);
    }
    await cards.last().click();
    await expect.poll(() => state().unit).toBe(units.at(-1)!.unit.unit);
    await expect.poll(() => cards.last().getAttribute("aria-current")).toBe("true");
    // A link that names a unit opens on it.
    await opened({ view: "units", on: "reading", text: LONG_TEXT, unit: 9 });
    await page.locator(".gallery").waitFor();
    expect(state().unit).toBe(9);
  });

  test("the passages that excite a unit most are shown, and a brushed pattern is found elsewhere", async () => {
    const found = await unitResponses(reference.network, reference.tokenizer, idsOf(LONG_TEXT));
    await opened({ view: "units", on: "reading", text: LONG_TEXT, unit: 9, span: [20, 22] });
    await page.getByTestId("similar").waitFor();
    const { passages } = found.units.find(({ unit }) => unit === 9)!;
    const rows = page.locator(".selected-unit > .passages tr");
    await expect.poll(() => rows.count()).toBe(passages.length);
    expect(numberOf((await rows.first().locator("td").first().textContent())!)).toBeCloseTo(
      passages[0].activation,
      2,
    );
    const { units, spans } = similarSpans(found.layers[0].states.h, H, { from: 20, to: 23 });
    expect(units.length).toBeGreaterThan(3);
    expect(await textOf("similar")).toContain(`${units.length} units are on all along`);
    const scores = await page.getByTestId("similar").locator("td.numbers").allTextContents();
    expect(scores.length).toBeGreaterThan(0);
    scores.forEach((score, index) => {
      expect(numberOf(score)).toBeCloseTo(spans[index].score, 1);
    });
    // Another place is a link, which brushes it.
    await page.getByTestId("similar").locator("a").first().click();
    await expect.poll(() => state().span).toEqual([spans[0].from, spans[0].to - 1]);
    // Brushed anew with the pointer.
    await atRest(page);
    const text = page.locator(".selected-unit .token-text").last();
    await text.locator('[data-step="5"]').hover();
    await page.mouse.down();
    await text.locator('[data-step="8"]').hover();
    await page.mouse.up();
    await expect.poll(() => state().span).toEqual([5, 8]);
  });
});

describe("memory", () => {
  test("attribution lights up what a prediction rests on", async () => {
    const ids = idsOf(READ.text);
    await opened({ view: "reach", at: 20 });
    for (const at of [20, 40]) {
      await page.locator(`.token-text [data-step="${at}"]`).first().click();
      const { signed } = attribution(reference.network, ids, at);
      const [strongest] = Array.from(signed.keys()).sort((a, b) => Math.abs(signed[b]) - Math.abs(signed[a]));
      await expect
        .poll(async () => {
          const said = (await textOf("attribution")) ?? "";
          const [, after, step, sign, amount] =
            /after step (\d+) rests on: .*?\(step (\d+)\) ([−+])([\d.]+)/.exec(said) ?? [];
          return {
            at: Number(after) - 1,
            step: Number(step) - 1,
            part: Number(amount) * (sign === "−" ? -1 : 1),
          };
        })
        .toEqual({ at, step: strongest, part: expect.closeTo(signed[strongest], 2) });
    }
  });

  test("gradients, their half-life and the spectral radii are the reference's", {
    tags: "long",
  }, async () => {
    const ids = idsOf(READ.text);
    const found: GradientsThroughTime = await gradientsThroughTime(reference.network, ids, {
      jacobianSteps: 48,
    });
    const { predictions, inputs, layers } = found;
    await opened({ view: "reach", at: 30 });
    const half = page.getByTestId("half-life");
    await half.waitFor();
    await expect.poll(() => half.textContent()).toContain(`after ${found.halfLifeSteps!.toFixed(2)} steps`);
    const table = page.getByTestId("gradient-card").locator("table");
    const numbers = (await table.locator("td").allTextContents()).map(numberOf);
    const [{ recurrentRadius, stepRadius, decayPerStep }] = layers;
    [...Object.values(recurrentRadius), stepRadius[30], decayPerStep].forEach((expected, index) => {
      expect(numbers[index], `row ${index}`).toBeCloseTo(expected, 2);
    });
    // Pointing at an entry says its number.
    await atRest(page);
    const canvas = page.getByTestId("gradient-card").locator("canvas");
    const box = (await canvas.boundingBox())!;
    const [t, s] = [33, 25];
    for (const [gradient, matrix] of [
      ["inputs", inputs],
      ["h", layers[0].states.h],
    ] as const) {
      await page.getByLabel("With respect to").selectOption(gradient);
      await canvas.hover({
        position: { x: ((s + 0.5) / predictions) * box.width, y: ((t + 0.5) / predictions) * box.height },
      });
      await expect
        .poll(async () => {
          const said = (await textOf("gradient")) ?? "";
          const [, from, to, number] =
            /\(step (\d+)\), back to .*\(step (\d+)\): ([\d.e+−-]+)/.exec(said) ?? [];
          return [Number(from) - 1, Number(to) - 1, Math.log10(numberOf(number))];
        })
        .toEqual([t, s, expect.closeTo(Math.log10(matrix[t * predictions + s]), 2)]);
    }
  });

  test("behaviour is measured when it is asked for, and the reach is the reference's", {
    tags: "long",
  }, async () => {
    // Short, because the reference takes its time.
    const text = LONG_TEXT.slice(0, 100);
    const ids = idsOf(text);
    const options = { positions: 600, maxContext: Math.min(128, Math.floor(ids.length / 2)) };
    const found = await reach(reference.network, ids, options);
    await opened({ view: "reach", on: "reading", text });
    await page.getByRole("button", { name: "Measure", exact: true }).click();
    await page.getByTestId("reach").waitFor();
    const said = await textOf("reach");
    expect(said).toMatch(new RegExp(`^${found.reachTokens} token`));
    expect(said).toContain(`${found.reachInterval.join(" to ")}`);
    const points = await page
      .locator('svg[aria-label="Loss over the length of context"] title')
      .allTextContents();
    expect(points).toHaveLength(found.contexts.length);
    points.forEach((point, index) => {
      const { context, lossNats } = found.contexts[index];
      const [, x, y] = /, (\d+): ([\d.e+−-]+)$/.exec(point)!;
      expect(Number(x)).toBe(context);
      expect(numberOf(y)).toBeCloseTo(lossNats, 2);
    });
  });

  test("the three cells are trained alike and stand side by side; stopping stops", {
    tags: "long",
  }, async () => {
    await opened({ view: "reach", on: "reading", text: LONG_TEXT });
    await page.getByLabel("Seconds for each").fill("1");
    await page.getByRole("button", { name: "Train and compare" }).click();
    const cells = page.getByTestId("cells");
    await cells.waitFor();
    expect(await cells.locator("tbody th").allTextContents()).toEqual(["elman", "lstm", "gru"]);
    for (const row of await cells.locator("tbody tr").all()) {
      const [parameters, tokens, loss, reached] = (await row.locator("td").allTextContents()).map((text) =>
        Number(text.replaceAll(",", "")),
      );
      expect(parameters).toBeGreaterThan(5000);
      expect(tokens).toBeGreaterThan(700);
      // An untrained one loses log V, which is 4.6.
      expect(loss).toBeLessThan(4.6);
      expect(reached).toBeGreaterThanOrEqual(1);
    }
    // Each has the three views of its memory, about the prediction that is pointed at.
    await page.getByRole("region", { name: "Memory of the gru" }).locator('[data-step="30"]').click();
    for (const cell of ["elman", "lstm", "gru"]) {
      await expect
        .poll(() => textOf(`attribution-${cell}`))
        .toMatch(/after step 31 rests on: ".*\(step \d+\) [−+][\d.]+/);
      await expect
        .poll(() => textOf(`gradient-${cell}`))
        .toMatch(/\(step 31\), back to .*: [\d.]+e[+−-]\d+$/);
    }
    await page.getByLabel("Seconds for each").fill("500");
    await page.getByRole("button", { name: "Train and compare" }).click();
    await page.getByRole("progressbar", { name: "Training and measuring: elman" }).waitFor();
    const shares = new Set<string | null>();
    await expect
      .poll(async () => shares.add(await page.getByRole("progressbar").getAttribute("value")).size)
      .toBeGreaterThan(5);
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByRole("button", { name: "Train and compare" }).waitFor();
    // The engine is free again.
    await page.getByRole("button", { name: "Measure", exact: true }).click();
    await page.getByTestId("reach").waitFor();
  });
});
