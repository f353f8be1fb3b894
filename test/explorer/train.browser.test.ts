// The view that trains, in a browser; its numbers are held to the same training in float64.
import type { Download, Page } from "playwright-core";
import { openDevice } from "unrolled";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TrainingReport, TrainingSetup } from "../../web/engine/training-protocol.ts";
import { TrainingRun } from "../../web/engine/training-run.ts";
import type { PageState } from "../../web/state.ts";
import { INITIAL_STATE } from "../../web/state.ts";
import type { TrainingStory } from "../../web/training-session.ts";
import { setupOf } from "../../web/views/train-settings.tsx";
import { bytesOf } from "../shared-browser.ts";
import { type Explorer, numberOf, openExplorer } from "./site.ts";

let explorer: Explorer;
beforeAll(async () => {
  explorer = await openExplorer();
});
afterAll(() => explorer?.close());

async function onPage(state: Partial<PageState>, body: (page: Page) => Promise<void>): Promise<void> {
  await body(await explorer.open({ view: "train", ...state }));
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const status = (page: Page) => page.getByTestId("training").textContent();
const updates = async (page: Page) =>
  Number(/^([\d,]+) updates/.exec((await status(page))!)?.[1].replaceAll(",", "") ?? 0);

async function stepTo(page: Page, count: number): Promise<void> {
  for (let step = (await updates(page)) + 1; step <= count; step++) {
    await button(page, "One step").click();
    await expect.poll(() => updates(page)).toBe(step);
  }
}

/** What the page saves as JSON. */
async function saved(page: Page): Promise<TrainingStory> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save as JSON" }).click(),
  ]);
  return JSON.parse((await bytesOf(download)).toString("utf8"));
}

async function savedModel(page: Page): Promise<Download> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    button(page, "Save the model").click(),
  ]);
  return download;
}

/** The same steps in float64. */
async function inFloat64(setup: TrainingSetup, steps: number, text?: string): Promise<TrainingReport[]> {
  const run = new TrainingRun(await openDevice({ backend: "reference" }), setup, text);
  const reports: TrainingReport[] = [];
  for (let step = 0; step < steps; step++) reports.push(await run.advance(0, 1, true));
  return reports;
}

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  expect(found.length, what).toBe(expected.length);
  for (let index = 0; index < expected.length; index++) {
    const apart = Math.abs(found[index] - expected[index]);
    expect(apart, `${what}[${index}]: ${found[index]}, in float64 ${expected[index]}`).toBeLessThan(
      2e-3 * Math.abs(expected[index]) + 1e-9,
    );
  }
}

describe.each([
  ["adding", { trainTask: "adding", trainCell: "lstm", trainLayers: 2 }, []],
  ["copy", { trainTask: "copy", trainCell: "gru" }, ["long"]],
  [
    "embedded-reber",
    { trainTask: "embedded-reber", trainCell: "elman", trainOptimiser: "sgd", trainRate: 0.5 },
    ["long"],
  ],
  ["sine", { trainTask: "sine", trainCell: "elman-relu" }, []],
] as const)("training on %s", (_, fields, tags) => {
  test("shows the losses, norms, answers and gradients of float64", { tags: [...tags] }, () =>
    onPage({ ...fields, trainHidden: 12, trainBatch: 6, trainSteps: 18 }, async (page) => {
      await stepTo(page, 3);
      const expected = await inFloat64(
        setupOf({ ...INITIAL_STATE, ...fields, trainHidden: 12, trainBatch: 6, trainSteps: 18 }),
        3,
      );
      const { curve, looks } = await saved(page);
      expectClose(
        curve.map(({ loss }) => loss),
        expected.map(({ losses }) => losses[0]),
        "losses",
      );
      expectClose(
        curve.map(({ norm }) => norm),
        expected.map(({ norms }) => norms[0]),
        "norms",
      );
      for (const [index, { look }] of expected.entries()) {
        const { accuracy, flow, lastFlow } = look!;
        expect(looks[index].accuracy).toBeCloseTo(accuracy, 6);
        for (const [layer, norms] of flow.h.entries()) expectClose(looks[index].flow.h[layer], norms, "flow");
        for (const [layer, norms] of lastFlow.h.entries())
          expectClose(looks[index].lastFlow.h[layer], norms, "flow of the last answer");
      }
      const shown = await page.getByTestId("flow").textContent();
      const [, norm] = /= ([\d.e+−-]+),/.exec(shown!)!;
      expectClose([numberOf(norm)], [expected[2].look!.lastFlow.h[0][0]], "the norm that is shown");
      const accuracy = /([\d.]+) % of/.exec((await status(page))!)![1];
      expect(Number(accuracy)).toBeCloseTo(100 * expected[2].look!.accuracy, 1);
    }),
  );
});

test("a training plays until it is paused, learns, and goes on in other views", () =>
  onPage({ trainTask: "parity", trainCell: "gru", trainSteps: 8 }, async (page) => {
    await button(page, "Play").click();
    await expect.poll(() => updates(page)).toBeGreaterThan(50);
    await page.getByRole("tab", { name: "Heat-maps" }).click();
    await page.getByRole("button", { name: /^A network is training: \d+ updates/ }).waitFor();
    await page.locator("section.play").waitFor();
    await page.getByRole("tab", { name: "Train" }).click();
    await expect.poll(async () => Number(/([\d.]+) % of/.exec((await status(page))!)?.[1])).toBe(100);
    await button(page, "Pause").click();
    await button(page, "Play").waitFor();
    // The worker answers in order: once it has given the model, it has told what it was at when it was paused.
    await savedModel(page);
    const paused = await updates(page);
    await savedModel(page);
    expect(await updates(page)).toBe(paused);
    const [reads, isToSay, says] = await page.locator(".sample-rows code").allTextContents();
    expect([reads.length, isToSay.length, says.length]).toEqual([8, 8, 8]);
    await button(page, "Start again").click();
    expect(await status(page)).toContain("Nothing has been learnt yet");
  }));

test("what was learnt is looked at in the other views, on its own symbols", () =>
  onPage({ trainTask: "brackets", trainCell: "elman", trainHidden: 20, trainSteps: 12 }, async (page) => {
    await stepTo(page, 2);
    const [reads] = await page.locator(".sample-rows code").allTextContents();
    await button(page, "Look inside it").click();
    await page.locator(".stage").waitFor();
    await expect.poll(() => page.locator(".model-name").textContent()).toContain("1 layer of 20 units");
    await expect.poll(() => page.locator("textarea").inputValue()).toBe(reads);
    await expect.poll(() => page.locator(".problem").count()).toBe(0);
  }));

test("a model is saved as a folder that the page opens again", () =>
  onPage({ trainTask: "reber", trainHidden: 16, trainSteps: 12 }, async (page) => {
    await stepTo(page, 1);
    const download = await savedModel(page);
    expect(download.suggestedFilename()).toBe("model.zip");
    const { unzipSync } = await import("fflate");
    const files = unzipSync(await bytesOf(download));
    expect(
      Object.keys(files)
        .filter((name) => !name.endsWith("/"))
        .sort(),
    ).toEqual([
      "model/README.md",
      "model/config.json",
      "model/generation_config.json",
      "model/model.safetensors",
      "model/tokenizer.json",
    ]);
    const { openModel } = await import("unrolled");
    const named = Object.entries(files).map(([name, bytes]) => [name.replace("model/", ""), bytes] as const);
    const { config } = await openModel(Object.fromEntries(named), { task: "language" });
    expect([config.cell, config.hiddenSize]).toEqual(["lstm", 16]);
  }));

test("the reader's own text is learnt, and what it has of it is written", () =>
  onPage({ trainSteps: 16, trainBatch: 4, trainHidden: 16, trainRate: 0.02 }, async (page) => {
    const text = "so long, and thanks for all the fish. ".repeat(20);
    await page
      .getByLabel("Learn a text file of your own")
      .setInputFiles({ name: "fish.txt", mimeType: "text/plain", buffer: Buffer.from(text) });
    await expect.poll(() => page.locator(".train-settings select").first().inputValue()).toBe("text");
    await stepTo(page, 2);
    const setup = setupOf({
      ...INITIAL_STATE,
      ...{ trainTask: "text", trainSteps: 16, trainBatch: 4, trainHidden: 16, trainRate: 0.02 },
    });
    const expected = await inFloat64(setup, 2, text);
    const { curve } = await saved(page);
    expectClose(
      curve.map(({ loss }) => loss),
      expected.map(({ losses }) => losses[0]),
      "losses",
    );
    await expect.poll(() => page.getByTestId("sample").textContent()).toMatch(/[fish thanks]{8}/);
  }));

test("gradients that explode are seen, said, and nothing is lost by them", () =>
  onPage(
    { trainTask: "adding", trainCell: "elman-relu", trainOptimiser: "sgd", trainRate: 50, trainClip: 0 },
    async (page) => {
      await button(page, "Play").click();
      await expect.poll(() => page.locator(".train .problem").textContent()).toContain("have exploded");
      await expect.poll(() => button(page, "Play").isDisabled()).toBe(true);
      await page.getByLabel("Clip norm").fill("0.1");
      await page.getByLabel("Learning rate").fill("0.01");
      await page.getByLabel("Learning rate").press("Enter");
      await expect.poll(() => button(page, "One step").isDisabled()).toBe(false);
      await stepTo(page, 2);
    },
  ));

test.each([
  ["too short a sequence", { trainTask: "copy", trainSteps: 6 }, "Copy memory needs sequences of 11 steps"],
  ["a task that is none", { trainTask: "chess" }, 'There is no task called "chess"'],
])("%s is said kindly", (_, fields, words) =>
  onPage(fields, async (page) => {
    await button(page, "One step").click();
    await expect.poll(() => page.locator(".train .problem").textContent()).toContain(words);
  }),
);

test("a text that is too short is said kindly, and a longer one is learnt after it", () =>
  onPage({ trainSteps: 16, trainBatch: 4, trainHidden: 8 }, async (page) => {
    const give = (text: string) =>
      page
        .getByLabel("Learn a text file of your own")
        .setInputFiles({ name: "own.txt", mimeType: "text/plain", buffer: Buffer.from(text) });
    await give("too short");
    await button(page, "One step").click();
    await expect
      .poll(() => page.locator(".train .problem").textContent())
      .toContain("he text has 9 characters, and 4 sequences of 16 steps need more than 64");
    await give("long enough for everybody. ".repeat(9));
    await expect.poll(() => page.locator(".train .problem").count()).toBe(0);
    await stepTo(page, 1);
  }));
