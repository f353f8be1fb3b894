// Two models side by side, in a browser; numbers are held to the float64 reference.
import { readFileSync } from "node:fs";
import {
  Generator,
  LanguageModel,
  languageModel,
  type ModelFiles,
  Network,
  openDevice,
  openModel,
} from "unrolled";
import { tokenizerFromJSON } from "unrolled/data";
import { trace } from "unrolled/inspect";
import type { LanguageModelConfig } from "unrolled/network";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Explorer, openExplorer, READ, referenceModel } from "./site.ts";

let explorer: Explorer;
beforeAll(async () => {
  explorer = await openExplorer();
});
afterAll(() => explorer?.close());

const reference = await openDevice({ backend: "reference" });

/** An untrained GRU over the vocabulary of the model that the page opens with. */
async function otherFiles(): Promise<ModelFiles> {
  const file = new URL("../../web/public/model/tokenizer.json", import.meta.url);
  const tokenizer = tokenizerFromJSON(JSON.parse(readFileSync(file, "utf8")));
  const config: LanguageModelConfig = {
    ...{ cell: "gru", nonlinearity: "tanh", dropout: 0, tieWeights: false, tokenizer: "char" },
    ...{ vocabularySize: tokenizer.vocabularySize, embeddingSize: 8, hiddenSize: 12, numLayers: 2 },
  };
  const network = new Network(reference, languageModel(config), { generator: new Generator(5) });
  return new LanguageModel({ network, config, tokenizer }).files();
}

const chosen = (files: ModelFiles) =>
  ["config.json", "model.safetensors", "tokenizer.json"].map((name) => ({
    name,
    mimeType: "application/octet-stream",
    buffer: Buffer.from(files[name]),
  }));

test("opens with two models that differ: beside the prose's LSTM its Elman network", async () => {
  const page = await explorer.open({
    view: "compare",
    model: "models/prose/",
    other: "",
    text: "To be, or not",
  });
  const heading = (name: string) => page.getByTestId(`model-${name}`).locator("h2").textContent();
  await expect.poll(() => heading("A")).toMatch(/^A: LSTM/);
  await expect.poll(() => heading("B")).toMatch(/^B: Elman network/);
  await expect
    .poll(() => page.getByTestId("bits").textContent())
    .toMatch(/surprises A by [\d.]+ and B by [\d.]+ bits/);
  const [a, b] = (await page.getByTestId("bits").textContent())!.match(/\d+\.\d+/g)!;
  expect(a).not.toBe(b);
});

test("two models read one text: surprises of both, and every view of both", async () => {
  const page = await explorer.open({ view: "compare", at: 7 });
  const files = await otherFiles();
  await page.getByLabel("Open model B: the files of its folder, or one file").setInputFiles(chosen(files));
  await expect
    .poll(() => page.getByTestId("model-B").locator("h2").textContent())
    .toContain("GRU, 2 layers of 12 units");
  await expect
    .poll(() => page.getByTestId("model-A").locator("h2").textContent())
    .toContain("LSTM, 1 layer of 128 units");

  const models = [
    (await referenceModel()).network,
    (await openModel(files, { device: reference, task: "language" })).network,
  ];
  const { tokenizer } = await referenceModel();
  const traces = models.map((model) => trace(model, tokenizer.encode(READ.text)));
  const bits = traces.map(({ lossNats }) => {
    const known = lossNats.subarray(0, -1);
    return known.reduce((sum, nats) => sum + nats, 0) / known.length / Math.LN2;
  });
  await expect
    .poll(() => page.getByTestId("bits").textContent())
    .toContain(`A by ${bits[0].toFixed(3)} and B by ${bits[1].toFixed(3)} bits a character`);
  const [a, b] = traces.map(({ lossNats }) => (lossNats[6] / Math.LN2).toFixed(3));
  await expect.poll(() => page.getByTestId("bits-at").textContent()).toContain(`A ${a} bits, B ${b} bits`);

  // The GRU has no cell state, and gates of its own.
  const captions = (side: string) =>
    page.getByTestId(`model-${side}`).locator(".heat-map figcaption").allTextContents();
  await expect
    .poll(() => captions("B"))
    .toEqual(["hidden state h", "reset gate r", "update gate z", "candidate n"]);
  expect(await captions("A")).toHaveLength(6);
  const said = await page.getByTestId("model-B").getByTestId("pointed").textContent();
  expect(Number(/([−-]?[\d.]+)$/.exec(said!)![1].replace("−", "-"))).toBeCloseTo(
    traces[1].layers[0].states.h[8 * 12],
    3,
  );

  for (const view of ["unrolled", "next", "units", "reach", "interfere"]) {
    await page.getByLabel("Side by side").selectOption(view);
    await expect.poll(() => page.locator(".compare-column > section").count()).toBe(2);
  }
  await page.getByLabel("Side by side").selectOption("unrolled");
  await page.getByTestId("model-B").locator(".diagram .copy").first().waitFor();
});

test("one training at two stages", async () => {
  const page = await explorer.open({ view: "train", trainTask: "reber", trainHidden: 16, trainSteps: 12 });
  const step = page.getByRole("button", { name: "One step", exact: true });
  await step.click();
  await expect.poll(() => page.getByTestId("training").textContent()).toContain("1 updates");
  await page.getByRole("tab", { name: "Compare" }).click();
  await page.getByRole("button", { name: "The one in training, as it is now, as B" }).click();
  await page.getByRole("button", { name: "The same as A" }).click();
  const text = "BTXSEBPVVEBTSXSE";
  await page.locator("textarea").fill(text);
  const shown = async () =>
    /A by ([\d.]+) and B by ([\d.]+)/.exec((await page.getByTestId("bits").textContent())!)!.slice(1);
  await expect
    .poll(async () => page.getByTestId("model-A").locator("h2").textContent())
    .toContain("16 units");
  await expect.poll(() => page.locator(".token-text").first().textContent()).toBe(text);
  await expect.poll(async () => new Set(await shown()).size).toBe(1);
  await page.getByRole("tab", { name: "Train" }).click();
  for (let count = 2; count <= 6; count++) {
    await step.click();
    await expect.poll(() => page.getByTestId("training").textContent()).toContain(`${count} updates`);
  }
  await page.getByRole("tab", { name: "Compare" }).click();
  const [before] = await shown();
  await page.getByRole("button", { name: "The one in training, as it is now, as B" }).click();
  await expect.poll(async () => Number((await shown())[1])).toBeLessThan(Number(before));
  expect((await shown())[0]).toBe(before);
});

test("a file that is no model is said kindly, and what was open stays", async () => {
  const page = await explorer.open({ view: "compare" });
  await page.getByTestId("bits").waitFor();
  await page
    .getByLabel("Open model B: the files of its folder, or one file")
    .setInputFiles({ name: "notes.safetensors", mimeType: "", buffer: Buffer.from("no model at all") });
  await expect.poll(() => page.locator(".compare .problem").textContent()).toContain("Model B: ");
  await expect.poll(() => page.getByTestId("bits").isVisible()).toBe(true);
});
