// What comes next, in a browser; probabilities and continuations are held to the float64 reference.
import { nextTokens, trace } from "unrolled/inspect";
import { expect, test } from "vitest";
import { driven, hasState, soon, steps } from "./driven.ts";

const at = 11;
const tested = driven({ view: "next", at });

const logits = () => tested.expected.outputs.subarray(at * 102, (at + 1) * 102);
const names = () =>
  tested.page
    .getByRole("list", { name: "The likeliest next tokens" })
    .getByRole("button")
    .evaluateAll((buttons) => buttons.map((button) => button.getAttribute("aria-label")!));
const percents = (label: string) => [...label.matchAll(/([\d.]+) %/g)].map(([, number]) => Number(number));

test("the likeliest tokens are the reference's, with its probabilities", async () => {
  const found = await names();
  const shares = nextTokens(logits(), {}, found.length);
  expect(found.length).toBe(14);
  found.forEach((label, rank) => {
    expect(label).toContain(JSON.stringify(tested.reference.tokenizer.token(shares[rank].id)));
    expect(percents(label)[1]).toBeCloseTo(100 * shares[rank].probability, 0);
  });
});

test("temperature, top-k and top-p reshape the bars at once", async () => {
  const slide = (label: RegExp, value: string) => tested.page.getByLabel(label).fill(value);
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
  await hasState(tested.page, { temperature: 0.5, topK: 3, topP: 0.05 });
});

test("the text is coloured by surprise", async () => {
  const letters = tested.page.locator(".token-text span");
  for (const step of [1, 12, 30]) {
    const title = await letters.nth(step).getAttribute("title");
    expect(Number.parseFloat(title!)).toBeCloseTo(tested.expected.lossNats[step - 1] / Math.LN2, 1);
  }
  const mean =
    tested.expected.lossNats.slice(0, -1).reduce((sum, loss) => sum + loss, 0) / (steps - 1) / Math.LN2;
  await expect
    .poll(() => tested.page.getByTestId("surprise").textContent())
    .toContain(`by ${mean.toFixed(2)} bits`);
  const lightness = (step: number) =>
    letters.nth(step).evaluate((letter) => {
      const [r, g, b] = getComputedStyle(letter).backgroundColor.match(/\d+/g)!.map(Number);
      return r + g + b;
    });
  const bits = Array.from({ length: steps - 1 }, (_, step) => tested.expected.lossNats[step]);
  const most = 1 + bits.indexOf(Math.max(...bits));
  const least = 1 + bits.indexOf(Math.min(...bits));
  expect(await lightness(most)).toBeLessThan((await lightness(least)) - 100);
});

test("tokens that are clicked branch off, side by side, and stay in the URL", async () => {
  const choose = (rank: number) =>
    tested.page
      .getByRole("list", { name: "The likeliest next tokens" })
      .getByRole("button")
      .nth(rank)
      .click();
  await tested.page.getByLabel(/Temperature/).fill("0");
  await choose(0);
  await choose(2);
  await expect.poll(() => tested.page.locator(".branch").count()).toBe(2);
  const [first, , third] = nextTokens(logits(), {}, 3);
  await hasState(tested.page, {
    branches: [
      { at, id: first.id },
      { at, id: third.id },
    ],
  });
  // At temperature 0 the branch is the reference's likeliest token, again and again.
  const ids = [...tested.expected.ids.subarray(0, at + 1), third.id];
  let greedy = tested.reference.tokenizer.token(third.id);
  for (let count = 0; count < 12; count++) {
    const row = trace(tested.reference.network, ids).outputs.subarray(-102);
    const id = row.subarray(1).reduce((best, logit, index) => (logit > row[best] ? index + 1 : best), 1);
    ids.push(id);
    greedy += tested.reference.tokenizer.token(id);
  }
  const text = tested.page.locator(".branch").nth(1).locator(".branch-text span:not(.quiet)");
  await expect
    .poll(async () => (await text.allTextContents()).join("").replaceAll("¶", "\n"))
    .toContain(greedy);
  const [box, other] = await Promise.all(
    [0, 1].map((index) => tested.page.locator(".branch").nth(index).boundingBox()),
  );
  expect(box!.y).toBe(other!.y);
  await tested.page.locator(".branch").first().getByRole("button", { name: /Close/ }).click();
  await hasState(tested.page, { branches: [{ at, id: third.id }] });
});
