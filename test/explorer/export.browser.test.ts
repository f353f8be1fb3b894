// What can be taken away from the page, as files.
import { decode } from "modern-gif";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { embedSnippet } from "../../web/export/embed-snippet.ts";
import type { PageState } from "../../web/state.ts";
import { bytesOf } from "../shared-browser.ts";
import { driven, H, steps } from "./driven.ts";
import { partsOf } from "./exported-svg.ts";
import { type Explorer, openExplorer, READ } from "./site.ts";

describe("the numbers and the picture", () => {
  const tested = driven({ view: "play", at: 3 });

  const saved = async (format: string) => {
    const [download] = await Promise.all([
      tested.page.waitForEvent("download"),
      tested.page.getByRole("button", { name: `Save as ${format}` }).click(),
    ]);
    return { name: download.suggestedFilename(), bytes: await bytesOf(download) };
  };

  test("CSV and JSON hold the numbers", async () => {
    const csv = await saved("CSV");
    expect(csv.name).toBe("states-layer-1.csv");
    const rows = csv.bytes.toString("utf8").trimEnd().split("\r\n");
    expect(rows.length).toBe(steps + 1);
    const head = rows[0].split(",");
    const third = rows[3].split(",");
    expect(third.slice(0, 2)).toEqual(["3", "t"]);
    expect(Number(third[head.indexOf("h[5]")])).toBeCloseTo(tested.expected.layers[0].states.h[3 * H + 5], 4);
    expect(Number(third[head.indexOf("o[127]")])).toBeCloseTo(
      tested.expected.layers[0].gates.o![2 * H + 127],
      4,
    );
    const json = JSON.parse((await saved("JSON")).bytes.toString("utf8"));
    expect(json.pieces.join("")).toBe(READ.text);
    expect(json.layers[0].c[10][7]).toBeCloseTo(tested.expected.layers[0].states.c[10 * H + 7], 4);
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

let explorer: Explorer;
beforeAll(async () => {
  explorer = await openExplorer();
});
afterAll(() => explorer?.close());

const letters = Array.from(READ.text, (letter) => (letter === " " ? "·" : letter));

test.each<[string, Partial<PageState>, { axis: string[]; legend: string[]; rows?: string[] }]>([
  ["play", { view: "play", at: 3 }, { axis: letters, rows: ["h", "c", "f"], legend: ["−1", "1", "0"] }],
  ["reach", { view: "reach", at: 3 }, { axis: letters.slice(0, -1), legend: ["0", "6"] }],
  [
    "units",
    { view: "units", on: "reading" },
    { axis: Array.from(READ.text.replaceAll(" ", "")), rows: ["step 1"], legend: [] },
  ],
  [
    "interfere",
    { view: "interfere" },
    { axis: Array.from(READ.text.replaceAll(" ", "")), rows: ["step 1"], legend: ["−4", "4"] },
  ],
])("the SVG of %s has a title, an axis with the tokens, rows and a legend", async (_, state, wanted) => {
  const page = await explorer.open(state);
  await page.getByRole("button", { name: "Save as SVG" }).first().waitFor();
  const found = await partsOf(page);
  expect(found.title[0].length).toBeGreaterThan(10);
  expect(found.title.join(" ")).toMatch(/LSTM|changed/);
  expect(found.axis.filter((text) => !/^\d+$|^step$/.test(text))).toEqual(wanted.axis);
  for (const row of wanted.rows ?? []) expect(found.rows).toContain(row);
  expect(found.legend.length).toBeGreaterThan(0);
  for (const text of wanted.legend) expect(found.legend).toContain(text);
});

test("the SVG of what comes next has a title, its tokens, an axis of shares and a legend", async () => {
  const page = await explorer.open({ view: "next", at: 3 });
  const { title, axis, rows, all, legend } = await partsOf(page);
  expect(title[0]).toBe('What comes after "Retu"');
  expect(axis.slice(0, READ.text.replaceAll(" ", "").length).join("")).toBe(READ.text.replaceAll(" ", ""));
  expect(axis).toContain("0 %");
  expect(all.filter((text) => /%\)/.test(text)).length).toBe(14);
  // A row for each bar, and the number of each line of the text.
  expect(rows.filter((text) => !/^step/.test(text)).length).toBe(14);
  expect(legend).toEqual([
    ...["bits of surprise", "0", "8", "as the network expects it", "as it is drawn from"],
  ]);
  // On a dark ground a light page's ink would not be seen.
  const inks = async () => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as SVG" }).click(),
    ]);
    const svg = (await bytesOf(download)).toString("utf8");
    return /<g data-part="rows" font-family="[^"]*" font-size="14" fill="([^"]+)"/.exec(svg)![1];
  };
  expect(await inks()).toBe("#1d232b");
  await page.getByLabel("Ground of the picture").selectOption("dark");
  expect(await inks()).toBe("#e7e9ec");
});

test("the SVGs of a training and of what behaviour says have a title, axes and a legend", {
  tags: "long",
}, async () => {
  const page = await explorer.open({
    view: "train",
    trainTask: "echo",
    trainSteps: 6,
    trainHidden: 4,
  });
  await page.getByRole("button", { name: "One step" }).click();
  await expect.poll(() => page.getByTestId("training").textContent()).toContain("1 updates");
  const train = await partsOf(page);
  expect(train.title[0]).toBe("Learning Delayed echo");
  expect(train.axis.filter((text) => text === "updates").length).toBe(3);
  expect(train.axis).toContain("updates, as in the charts above");
  expect(train.axis).toContain("first step");
  expect(train.legend).toContain("measured, as used");
  expect(train.legend).toContain("−6");

  const memory = await explorer.open({ view: "reach", on: "reading" });
  await memory.getByRole("button", { name: "Measure", exact: true }).click();
  await memory.getByTestId("reach").waitFor();
  const card = memory.locator(".card", { has: memory.getByTestId("reach") });
  const behaviour = await partsOf(memory, card.getByRole("button", { name: "Save as SVG" }));
  expect(behaviour.title[0]).toBe("How far back the network's memory helps");
  expect(behaviour.axis).toContain("tokens of context");
  expect(behaviour.legend).toEqual(["loss in nats a token"]);
});

test("the SVG of the unrolled network has whole copies alone, those on the page or all, with rows and a legend", {
  tags: "long",
}, async () => {
  const page = await explorer.open({ view: "unrolled", at: 8, scale: 90, left: 4.4 });
  const shown = await partsOf(page);
  expect(shown.title[0]).toBe("The network, unrolled");
  for (const row of ["next", "scores", "c", "h", "x", "read"]) expect(shown.all).toContain(row);
  expect(shown.legend).toContain("scores");
  const copies = () => shown.all.filter((text) => /%$/.test(text)).length;
  // Of 1280 pixels the names of the rows take some, and the open copy 172.
  expect(copies()).toBeGreaterThan(6);
  expect(copies()).toBeLessThan(13);
  await page.getByLabel("Steps of the picture").selectOption("all");
  const all = await partsOf(page);
  expect(all.all.filter((text) => /%$/.test(text)).length).toBe(letters.length);
  for (const letter of letters) expect(all.all).toContain(letter);
});

test("a brush is what is shown; all steps are there if they are asked for", async () => {
  const page = await explorer.open({ view: "play", at: 5, steps: [4, 9] });
  const tokens = async () => (await partsOf(page)).axis.filter((text) => !/^\d+$|^step$/.test(text));
  expect(await tokens()).toEqual(letters.slice(4, 10));
  await page.getByLabel("Steps of the picture").selectOption("all");
  expect(await tokens()).toEqual(letters);
});

test("a GIF shows the reading, a frame for each step", async () => {
  const page = await explorer.open({ view: "play", text: "node" });
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save as GIF" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("states-layer-1.gif");
  const { frames } = decode(Uint8Array.from(await bytesOf(download)));
  expect(frames.length).toBe(4);
  expect(frames.at(-1)!.delay).toBeGreaterThan(frames[0].delay);
});

test("a frame for another page has the view with its state, and nothing around it", {
  tags: "long",
}, async () => {
  const page = await explorer.open({ view: "play", at: 7, text: "a & b" });
  await page.getByRole("button", { name: "Copy a frame for your page" }).click();
  const said = page.locator(".export [role=status]");
  await expect.poll(() => said.textContent()).toMatch(/frame|iframe/);
  const snippet = embedSnippet(page.url(), 'States "and" gates', 812.4);
  expect(snippet).toMatch(
    /^<iframe src="[^"]*isEmbedded=1[^"]*" title="States &quot;and&quot; gates" .*height="812"/,
  );
  const host = await explorer.tab();
  await host.setContent(`<p>My page</p>${snippet}`);
  const frame = host.frameLocator("iframe");
  await frame.locator("section.play canvas").first().waitFor();
  await expect.poll(() => frame.locator(".scrubber").textContent()).toContain("Step 5 of 5");
  await expect.poll(() => frame.getByRole("tab").count()).toBe(0);
  await expect.poll(() => frame.locator("textarea").count()).toBe(0);
  await expect
    .poll(() => frame.getByRole("link", { name: "Open in the explorer" }).getAttribute("href"))
    .not.toContain("isEmbedded");
});
