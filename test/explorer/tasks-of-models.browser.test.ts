// Models of tasks on the page: what they say at each step is what the library says, and the matrices are the model's.
import type { Page } from "playwright-core";
import { type ModelFiles, openModel, train } from "unrolled";
import { outputGradients, traceNetwork } from "unrolled/inspect";
import type { TaskModel } from "unrolled/network";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Explorer, numberIn, numberOf, openExplorer, referenceModel } from "./site.ts";

let explorer: Explorer;
beforeAll(async () => {
  explorer = await openExplorer();
});
afterAll(() => explorer?.close());

async function trained(task: string, data: unknown, settings: object): Promise<ModelFiles> {
  let files: ModelFiles = {};
  for await (const event of train({
    task,
    data: { train: data } as never,
    settings: { threads: 1, hiddenSize: 6, ...settings } as never,
  }))
    if (event.type === "model") files = event.files as ModelFiles;
  return files;
}

async function opened(files: ModelFiles, text: string): Promise<Page> {
  const page = await explorer.open({ text });
  const given = Object.entries(files).map(([name, bytes]) => ({
    name,
    mimeType: "",
    buffer: Buffer.from(bytes),
  }));
  await page.locator('input[type="file"]').first().setInputFiles(given);
  await page.getByTestId("answer").waitFor();
  return page;
}

const said = (page: Page) => page.locator(".diagram .predicted").allTextContents();

test("a classifier says at each step what it would say if the text ended there, both ways", async () => {
  const words = ["red", "green", "blue"];
  const examples = Array.from({ length: 60 }, (_, at) => ({
    text: `a ${words[at % 3]} one`,
    label: words[at % 3],
  }));
  const files = await trained("classify", examples, { budget: { epochs: 8 }, learningRate: 0.02 });
  const model = await openModel(files, { task: "classify" });
  const page = await opened(files, "a red one");
  const { label } = await model.predict("a red one");
  await expect.poll(() => page.getByTestId("answer").textContent()).toContain(`${label}: ${label}`);
  const { words: wanted } = await model.look("a red one");
  await expect.poll(() => said(page)).toEqual([...wanted]);
  expect(await page.locator(".row-names").textContent()).toContain("gates ←");
  // What asks for the next token is not there.
  const tabs = await page.getByRole("tab").allTextContents();
  expect(tabs).toEqual([
    ...["Unrolled", "Heat-maps", "Units", "Memory", "Elman and LSTM", "Train", "Spoken digits", "A sound"],
  ]);
  await page.getByRole("tab", { name: "Heat-maps" }).click();
  await expect.poll(() => page.locator(".play .token-text").textContent()).toContain("red");
  expect(await page.locator(".play").getByLabel("Layer").locator("option").allTextContents()).toEqual([
    "forward",
    "backward",
  ]);
  await seenInside(page, model, "a red one");
});

/** Units, gradients and reach of a classifier, beside what the library computes. */
async function seenInside(page: Page, model: TaskModel<string, unknown>, text: string) {
  const { inputs, names, pieces } = await model.look(text);
  const { layers } = traceNetwork(model.network, inputs);
  await page.getByRole("tab", { name: "Units" }).click();
  const title = page.locator(".selected-unit h2");
  await title.waitFor();
  const [, unit, way] = /^h of unit (\d+), layer (forward|backward)$/.exec((await title.textContent())!)!;
  const { states, widths } = layers.find(({ direction }) => direction === way)!;
  const own = states.h.subarray(widths.h).filter((_, at) => at % widths.h === Number(unit));
  const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
  const facts = numberOf(/mean ([−\d.]+)/.exec((await page.getByTestId("unit-facts").textContent())!)![1]);
  expect(facts).toBeCloseTo(mean, 2);
  expect(await page.getByText("a text that the network writes").count()).toBe(0);

  await page.getByRole("tab", { name: "Memory" }).click();
  await page.getByTestId("rests-on").waitFor();
  await page.locator(".reach .token-text").first().press("End");
  const [{ name: output }] = model.network.config.outputs;
  const { data } = traceNetwork(model.network, inputs).outputs[output];
  // The gradient of log p of the likeliest class.
  const { temperature } = model.madeBy!.options as { readonly temperature: number };
  const logits = Array.from(data as ArrayLike<number>);
  const shares = logits.map((logit) => Math.exp(logit / temperature));
  const sum = shares.reduce((so, share) => so + share, 0);
  const likeliest = logits.indexOf(Math.max(...logits));
  const slopes = shares.map((share, at) => (Number(at === likeliest) - share / sum) / temperature);
  const { xs, dxs, steps } = outputGradients(model.network, inputs, { [output]: slopes });
  const width = xs.length / steps;
  const parts = Array.from({ length: steps }, (_, step) =>
    xs.subarray(step * width, (step + 1) * width).reduce((so, x, at) => so + x * dxs[step * width + at], 0),
  );
  const most = parts.map(Math.abs).indexOf(Math.max(...parts.map(Math.abs)));
  const readout = () => page.getByTestId("rests-on").textContent();
  await expect
    .poll(readout)
    .toContain(
      `"${names[likeliest]}" at step ${steps} rests on: "${pieces[most].trim()}" (step ${most + 1}) `,
    );
  const found = /\(step \d+\) ([+−][\d.]+)/.exec((await readout())!)![1];
  expect(numberOf(found.replace("+", ""))).toBeCloseTo(parts[most], 2);
  const norm = Math.hypot(...dxs.subarray((steps - 1) * width));
  const gradient = (await page.getByTestId("gradient").textContent())!.split(": ").at(-1)!;
  expect(numberOf(gradient) / norm).toBeCloseTo(1, 2);
  await page.getByRole("button", { name: "Measure" }).click();
  await expect.poll(() => page.getByTestId("reach").textContent()).toMatch(/^With \d+ steps? or more/);
}

test("a tagger shows the tags of a sentence and the scores of its transitions", async () => {
  const examples = Array.from({ length: 40 }, (_, at) =>
    at % 2
      ? { tokens: ["mr", "bob", "came"], tags: ["O", "B-person", "O"] }
      : { tokens: ["so", "bob", "came"], tags: ["O", "O", "O"] },
  );
  const files = await trained("tag", examples, { budget: { epochs: 6 }, learningRate: 0.02, minCount: 1 });
  const model = await openModel(files, { task: "tag" });
  const page = await opened(files, "mr bob came");
  const { tags } = await model.predict("mr bob came");
  await expect
    .poll(() =>
      page
        .getByTestId("answer")
        .getByRole("button")
        .evaluateAll((all) => all.map((each) => each.ariaLabel)),
    )
    .toEqual(["mr", "bob", "came"].map((word, at) => `step ${at + 1}, ${word}, ${tags[at]}`));
  await page.getByText("Scores of one tag behind another").click();
  expect(await page.locator(".score-table tbody tr").count()).toBe(2);
  await page.getByRole("tab", { name: "Memory" }).click();
  await page.locator(".reach .token-text").first().press("End");
  await expect
    .poll(() => page.getByTestId("rests-on").textContent())
    .toMatch(/^"O" at step 3 rests on: "(mr|bob|came)" \(step \d\) [+−]/);
  // Both ways: what comes later counts for the first word too.
  expect(await page.locator(".legend", { hasText: "steps ahead" }).count()).toBe(1);
  await page.getByRole("button", { name: "Measure" }).click();
  await expect.poll(() => page.getByTestId("reach").textContent()).toMatch(/^With [123] steps? or more/);
});

test("a forecaster shows how a series goes on, and begins with numbers where there is prose", {
  tags: "long",
}, async () => {
  const rows = [1, 10, 23, 31].map((first) => Array.from({ length: 12 }, (_, step) => first + step));
  const files = await trained("forecast", rows, { horizon: 3, context: 6, budget: { steps: 20 } });
  const model = await openModel(files, { task: "forecast" });
  const page = await opened(files, "prose");
  const typed = await page.locator("#text").inputValue();
  expect(typed.split(", ").map(Number).every(Number.isFinite)).toBe(true);
  await page.locator("#text").fill("5 6 7 8 9 10 11");
  const { mean } = await model.predict([5, 6, 7, 8, 9, 10, 11]);
  const shown = async () =>
    (await page.getByTestId("answer").textContent())!.split(": ")[1].split(", ").map(Number);
  const wanted = mean.map((value) => Number((value as number).toPrecision(4)));
  await expect.poll(shown).toEqual(wanted.map((value) => expect.closeTo(value, 1)));
  expect(await page.locator(".fan-chart .band").count()).toBe(4);
  await page.getByRole("tab", { name: "Memory" }).click();
  await expect
    .poll(() => page.getByTestId("rests-on").textContent())
    .toMatch(/^the forecast of step 1 rests on: "/);
  await page.locator(".reach select").first().selectOption({ label: "step 3" });
  await expect.poll(() => page.getByTestId("rests-on").textContent()).toMatch(/^the forecast of step 3 /);
  await page.getByRole("button", { name: "Measure" }).click();
  await expect.poll(() => page.getByTestId("reach").textContent()).toMatch(/^With \d steps? or more/);
  await page.getByRole("tab", { name: "Units" }).click();
  await page.locator(".selected-unit .token-text").waitFor();
  await page.getByRole("tab", { name: "Unrolled" }).click();
  await page.locator("#text").fill("5 6 seven");
  await expect.poll(() => page.locator(".problem").textContent()).toContain('line 1 has "seven"');
});

test("a button draws the matrix that every copy shares, at the row of the unit that is spoken of", async () => {
  const { network } = await referenceModel();
  const page = await explorer.open({ unit: 3 });
  const { data, shape } = (await network.stateDict())["rnn.weight_hh_l0"];
  await page.getByRole("button", { name: "W_hh" }).click();
  const read = page.getByTestId("weight");
  await expect.poll(() => read.textContent()).toContain("rnn.weight_hh_l0[3, 0] = ");
  expect(numberIn(await read.textContent())).toBeCloseTo(data[3 * shape[1]], 3);
  expect(await page.getByTestId("weights").locator("figcaption").textContent()).toContain(
    `W_hh, ${shape[0]} × ${shape[1]}`,
  );
});

test("an emptied text leaves no network of another text standing", async () => {
  const page = await explorer.open();
  await page.locator(".diagram .copy").first().waitFor();
  await page.locator("#text").fill("");
  await expect.poll(() => page.locator(".diagram").count()).toBe(0);
  expect(await page.locator(".problem").textContent()).toContain("The text is empty");
  await page.locator("#text").fill("again");
  await page.locator(".diagram .copy").first().waitFor();
});
