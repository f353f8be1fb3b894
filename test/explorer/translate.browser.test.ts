// A translator on the page: what it writes and where it looked are what the library says.
import { encode } from "fast-png";
import type { Page } from "playwright-core";
import { type ModelFiles, openModel, train } from "unrolled";
import { traceEncoderDecoder } from "unrolled/inspect";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Explorer, numberIn, openExplorer } from "./site.ts";

const SOURCE = "a b c";

let explorer: Explorer;
let files: ModelFiles = {};
let page: Page;

beforeAll(async () => {
  explorer = await openExplorer();
  const words = ["a", "b", "c", "d"];
  const examples = Array.from({ length: 64 }, (_, at) => {
    const source = [at, at >> 2, at >> 4].map((each) => words[each % 4]);
    return { source: source.join(" "), target: source.toReversed().join(" ") };
  });
  const settings = {
    ...{
      tokenizer: "whitespace",
      embeddingSize: 8,
      hiddenSize: 12,
      attentionHeads: 2,
      dropout: 0,
      maxLength: 8,
    },
    ...{ labelSmoothing: 0, learningRate: 0.02, batchSize: 16, threads: 1, budget: { epochs: 12 } },
  } as const;
  for await (const event of train({ task: "translate", data: { train: examples }, settings }))
    if (event.type === "model") files = event.files as ModelFiles;
});
afterAll(() => explorer?.close());

/** The page with a model of these files. */
async function openedWith(files: ModelFiles, state: object = { text: SOURCE }): Promise<Page> {
  const page = await explorer.open(state);
  const given = Object.entries(files).map(([name, bytes]) => ({
    ...{ name, mimeType: "" },
    buffer: Buffer.from(bytes),
  }));
  await page.locator('input[type="file"]').first().setInputFiles(given);
  return page;
}

async function opened(): Promise<Page> {
  const page = await openedWith(files);
  await page.getByTestId("answer").waitFor();
  return page;
}

test("it begins with a source that its folder keeps, and leaves one that was typed alone", async () => {
  const page = await openedWith(files, {});
  await page.getByTestId("answer").waitFor();
  const { example } = (await openModel(files, { task: "translate" })).madeBy!.data as { example: string };
  const typed = () => page.locator("textarea").first().inputValue();
  await expect.poll(typed).toBe(example);
  const other = await opened();
  expect(await other.locator("textarea").first().inputValue()).toBe(SOURCE);
});

const readout = (page: Page) => page.getByTestId("pointed").textContent();

test("a translator shows what it writes, where each token looked, and the states of both sides", async () => {
  const model = await openModel(files, { task: "translate" });
  const look = await model.look({ source: SOURCE, beam: 5, nBest: 5 });
  const { target, targetTokens } = look.answer as { target: string; targetTokens: string[] };
  const { attention, layers } = traceEncoderDecoder(model.network, look.inputs);
  page = await opened();
  await expect.poll(() => page.getByTestId("answer").textContent()).toBe(target);
  expect(await page.getByRole("tab").allTextContents()).toEqual([
    ...["Unrolled", "Elman and LSTM", "Train", "Spoken digits", "A sound"],
  ]);
  const tokens = (side: string) => page.locator(`.translator-diagram .${side}.token`).allTextContents();
  expect(await tokens("source")).toEqual(["a", "b", "c", "(end)"]);
  expect(await tokens("target")).toEqual([...targetTokens.slice(0, -1), "(end)"]);

  // The first step is told of at first: the mean of both heads.
  const share = (t: number) => attention[0].heads.reduce((sum, head) => sum + head[t], 0) / 2;
  const most = [0, 1, 2, 3].toSorted((left, right) => share(right) - share(left))[0];
  const card = page.locator(".target-step");
  await expect
    .poll(() => card.locator("table").last().locator("tbody tr").first().textContent())
    .toBe(`${["a", "b", "c", "(end)"][most]}${share(most).toFixed(4)}`);

  // Pointing at a token of the source says who looked at it, and lights those.
  const label = page.locator(".translator-diagram .source.token").nth(1);
  const box = (await label.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await expect.poll(() => readout(page)).toMatch(/^"b" was looked at by |^nothing looked at "b"/);

  // Pointing into a cell tells the number of its unit.
  const figure = (await page.locator(".translator-figure canvas").boundingBox())!;
  const middle = box.x + box.width / 2;
  await page.mouse.move(middle, box.y + box.height + 12);
  await expect.poll(() => readout(page)).toMatch(/^h\[\d+\] of the encoder → = /);
  const said = await readout(page);
  const unit = Number(/\[(\d+)\]/.exec(said!)![1]);
  const { states, widths } = layers[0];
  expect(numberIn(said)).toBeCloseTo(states.h[2 * widths.h + unit], 3);
  expect(figure.width).toBeGreaterThan(100);

  // Keys move through the target.
  await page.locator(".translator-figure").focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => card.locator("h2").textContent()).toContain("Step 2: ");
  // One head alone has its own shares.
  await page.getByLabel("Head").selectOption({ value: "1" });
  await expect
    .poll(async () => Number(await card.locator("table").last().locator("tbody td").first().textContent()))
    .toBeCloseTo(Math.max(...attention[0].heads[1].subarray(4, 8)), 3);

  await page.locator("#text").fill("d");
  await expect.poll(() => tokens("source")).toEqual(["d", "(end)"]);
  await page.locator("#text").fill("d ".repeat(9));
  await expect.poll(() => page.locator(".problem").textContent()).toContain("has 9 tokens, needed at most 8");
});

test("a model that predicts the next token follows a translator in the same page", {
  tags: "long",
}, async () => {
  const page = await opened();
  await page.locator(".model-bar select").selectOption({ value: "model/" });
  await page.locator(".diagram .copy").first().waitFor();
  expect(await page.getByRole("tab").allTextContents()).toContain("What comes next");
});

test("what describes pictures says what the library says, and lights where a word looked", async () => {
  const SIZE = 16;
  const pixels = (shade: number) => new Uint8Array(3 * SIZE * SIZE).fill(shade);
  const pictureOf = (shade: number) => ({
    ...{ width: SIZE, height: SIZE },
    rgba: Uint8Array.from({ length: 4 * SIZE * SIZE }, (_, at) => (at % 4 === 3 ? 255 : shade)),
  });
  const records = Array.from({ length: 16 }, (_, at) => ({
    ...{ image: `${at}`, picture: pictureOf(at % 2 ? 30 : 220) },
    text: at % 2 ? "it is dark" : "it is bright",
  }));
  const settings = {
    ...{
      imageWidth: SIZE,
      imageHeight: SIZE,
      convLayers: 2,
      convChannels: 8,
      embeddingSize: 4,
      hiddenSize: 8,
    },
    ...{ dropout: 0, learningRate: 0.02, batchSize: 4, threads: 1, budget: { epochs: 20 }, maxLength: 6 },
  };
  let described: ModelFiles = {};
  const run = { task: "caption", data: { train: records }, settings } as never;
  for await (const event of train(run)) if (event.type === "model") described = event.files as ModelFiles;
  const model = await openModel(described, { task: "caption" });
  const { text, attention } = await model.predict({ picture: pictureOf(220), beam: 5, nBest: 5 });

  expect(text).toContain("is");
  const page = await openedWith(described);
  const png = encode({ width: SIZE, height: SIZE, data: pixels(220), channels: 3, depth: 8 });
  const chosen = { name: "bright.png", mimeType: "image/png", buffer: Buffer.from(png) };
  await page.getByLabel("Choose a picture").setInputFiles(chosen);
  const words = page.getByTestId("answer").getByRole("button");
  await expect.poll(async () => (await words.allTextContents()).join(" ")).toContain(text);
  await words.first().hover();
  const veils = () =>
    page
      .locator(".looked-picture rect")
      .evaluateAll((all) => all.map((each) => each.getAttribute("fill-opacity")));
  const most = Math.max(...attention[0]);
  const wanted = attention[0].map((share) => expect.closeTo(0.8 * (1 - share / most), 1));
  await expect.poll(async () => (await veils()).map(Number)).toEqual(wanted);

  const names = await page.locator(".translator-diagram .row-name").allTextContents();
  expect(names).toEqual(["places", "decoder →"]);
  expect(await page.locator(".translator-diagram .source.token").allTextContents()).toEqual(
    Array.from({ length: 16 }, (_, at) => `${Math.floor(at / 4) + 1}:${(at % 4) + 1}`),
  );
  const lastPlace = page.locator(".translator-diagram .source.token").last();
  await lastPlace.scrollIntoViewIfNeeded();
  const box = (await lastPlace.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await expect.poll(() => page.locator(".looked-picture .outlined").count()).toBe(1);

  await page.getByLabel("Choose a picture").setInputFiles({ ...chosen, buffer: Buffer.from("no picture") });
  await expect
    .poll(() => page.locator(".problem").textContent())
    .toBe("bright.png is no picture that this browser can read.");
});
