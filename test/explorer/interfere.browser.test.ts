// Everything that can be done in the view interfere, done in a browser; numbers are held to the float64 reference.
import type { Page } from "playwright-core";
import { continuation, type Intervention, nextTokens, stateAfter, trace } from "unrolled/inspect";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stateFromHash } from "../../web/state.ts";
import { bytesOf } from "../shared-browser.ts";
import { type Explorer, openExplorer, READ, referenceModel } from "./site.ts";

let explorer: Explorer;
let reference: Awaited<ReturnType<typeof referenceModel>>;
let page: Page;

const idsOf = (text: string) => reference.tokenizer.encode(text);
const state = () => stateFromHash(new URL(page.url()).hash);
const textOf = (id: string) => page.getByTestId(id).textContent();

/** Opens the page in a state, for one test. */
async function opened(fields: Parameters<Explorer["open"]>[0]): Promise<void> {
  page = await explorer.open(fields);
}

beforeAll(async () => {
  [explorer, reference] = await Promise.all([openExplorer(), referenceModel()]);
});
afterAll(() => explorer?.close());

describe("interfere", () => {
  const change: Intervention = { layer: 0, what: "h", units: [3, 5, 6, 7, 8, 9], from: 4, value: 0.5 };
  const shown = async (side: string) => {
    const rows = page.getByRole("region", { name: side, exact: true }).locator("tbody tr");
    return (await rows.first().locator("td").first().textContent()) ?? "";
  };

  test("a change added by the form changes what is expected and what is written", async () => {
    const ids = idsOf(READ.text);
    await opened({ view: "interfere", at: 20, temperature: 0 });
    await page.getByLabel("Units").fill("3, 5-9");
    await page.getByLabel("Number to hold at").fill("0.5");
    await page.getByLabel("From step").fill("5");
    await page.getByRole("button", { name: "Add the change" }).click();
    await expect.poll(() => state().interventions).toEqual([change]);
    const changed = trace(reference.network, ids, { interventions: [change] });
    const meanBits = (losses: Float32Array) =>
      losses.subarray(0, -1).reduce((sum, loss) => sum + loss, 0) / (losses.length - 1) / Math.LN2;
    const plain = trace(reference.network, ids);
    await expect
      .poll(() => textOf("interference"))
      .toContain(
        `${meanBits(plain.lossNats).toFixed(2)} bits a token as it is, ${meanBits(changed.lossNats).toFixed(2)} changed`,
      );
    for (const [side, { outputs: logits }] of [
      ["As it is", plain],
      ["Changed", changed],
    ] as const) {
      const [first] = nextTokens(logits.subarray(20 * 102, 21 * 102), {}, 1);
      const percent = Number.parseFloat((await shown(side)).replace("<", ""));
      expect(Math.abs(percent - 100 * first.probability)).toBeLessThan(0.6);
    }
    const written: number[] = [];
    const forbiddenIds = reference.tokenizer.unknownId === null ? [] : [reference.tokenizer.unknownId];
    const sampling = { temperature: 0, forbiddenIds };
    for (const { id } of continuation(reference.network, ids, { interventions: [change], sampling })) {
      written.push(id);
      if (written.length === 30) break;
    }
    const text = await page
      .getByRole("region", { name: "Changed", exact: true })
      .locator(".branch-text")
      .textContent();
    expect(text).toContain(reference.tokenizer.decode(written).replaceAll("\n", "¶"));
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as CSV" }).click(),
    ]);
    const rows = (await bytesOf(download)).toString("utf8").trimEnd().split("\r\n");
    expect(rows.length).toBe(ids.length);
    const [step, , before, after] = rows[21].split(",");
    expect(step).toBe("22");
    expect(Number(before)).toBeCloseTo(plain.lossNats[20], 3);
    expect(Number(after)).toBeCloseTo(changed.lossNats[20], 3);
    await page.getByRole("button", { name: /^Undo: h of units 3, 5-9/ }).click();
    await expect.poll(() => state().interventions).toEqual([]);
    await expect.poll(async () => (await shown("Changed")) === (await shown("As it is"))).toBe(true);
  });

  test("another state to begin from changes the predictions, and what cannot be read is said", {
    tags: "long",
  }, async () => {
    const ids = idsOf(READ.text);
    await opened({ view: "interfere", at: 0, before: "getElementById(" });
    const before = idsOf("getElementById(");
    const begun = stateAfter(trace(reference.network, before), before.length - 1);
    const { outputs: logits } = trace(reference.network, ids, { state: begun });
    const [first] = nextTokens(logits.subarray(0, 102), {}, 1);
    await page.getByRole("region", { name: "Changed", exact: true }).waitFor();
    const percent = async () => Number.parseFloat((await shown("Changed")).replace("<", ""));
    await expect.poll(async () => Math.abs((await percent()) - 100 * first.probability)).toBeLessThan(0.6);
    await page.getByLabel("Units").fill("128");
    await expect
      .poll(() => page.locator(".intervention-form [role=status]").textContent())
      .toContain("from 0 to 127");
    await expect.poll(() => page.getByRole("button", { name: "Add the change" }).isDisabled()).toBe(true);
  });
});

test("an experiment is one click, and what it did is said at once", async () => {
  await opened({ view: "interfere" });
  const said = () => textOf("what-changed");
  await expect.poll(said).toContain("Nothing is changed yet");
  await page.getByRole("button", { name: "Forget at every space" }).click();
  await expect.poll(said).toMatch(/^At [1-9]\d* of \d+ steps it expects another token most/);
  expect(state().interventions.every(({ what, value }) => what === "f" && value === 0)).toBe(true);
  await page.getByRole("button", { name: "Start from another state" }).click();
  await expect.poll(() => state().before).toBe(READ.text);
  await page.getByRole("button", { name: "Remove the unit for quotes" }).click();
  await expect
    .poll(() => state().interventions.map(({ what, value }) => [what, value]))
    .toEqual([
      ["h", 0],
      ["c", 0],
    ]);
  await expect
    .poll(() => page.locator(".experiments .note").textContent())
    .toMatch(/follows quotes most closely/);
  await page.getByRole("button", { name: "Undo all" }).click();
  await expect.poll(said).toContain("Nothing is changed yet");
  // A change that comes after the text does nothing to it.
  await opened({
    view: "interfere",
    temperature: 0,
    interventions: [{ layer: 0, what: "h", from: 50_000, value: 0 }],
  });
  await expect.poll(said).toBe("Nothing changed: the network expects and writes the same.");
});
