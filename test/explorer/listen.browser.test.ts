// The recogniser of spoken digits hears the sample on the page, live, and what it says is shown.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bytesOf } from "../shared-browser.ts";
import { partsOf } from "./exported-svg.ts";
import { type Explorer, openExplorer } from "./site.ts";

let explorer: Explorer;
beforeAll(async () => {
  explorer = await openExplorer();
});
afterAll(() => explorer?.close());

const SAMPLE = fileURLToPath(new URL("../../web/public/digits-sample.wav", import.meta.url));
const SAID = "three one four one five nine";

test("the sample is heard as it is played: text, words with their times, and letters over time", async () => {
  const page = await explorer.open({ view: "listen" });
  const text = page.getByTestId("heard-text");
  await page.getByRole("button", { name: "Play the sample" }).click();
  await expect
    .poll(() => page.getByTestId("listen-delay").textContent())
    .toMatch(/\d+ ms from sound to letter/);
  await expect.poll(() => page.getByTestId("heard-words").count()).toBe(1);
  expect((await text.textContent())?.trim()).toBe(SAID);
  const words = (await page.getByTestId("heard-words").textContent()) ?? "";
  expect(words.match(/[a-z]+(?= \d)/g)?.join(" ")).toBe(SAID);
  const times = Array.from(words.matchAll(/(\d+\.\d+)–(\d+\.\d+)/g), ([, start, end]) => [
    Number(start),
    Number(end),
  ]);
  expect(times.flat()).toEqual(times.flat().toSorted((a, b) => a - b));
  // The playhead goes back over what was heard.
  const playhead = page.getByLabel("Playhead");
  expect(Number(await playhead.getAttribute("max"))).toBeGreaterThan(60);
  const drawn = () =>
    page.locator(".listen canvas").evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
  const before = await drawn();
  await playhead.fill("20");
  await expect.poll(drawn).not.toBe(before);
});

test("a file is heard as the sample is, and what is no sound is said to be none", {
  tags: "long",
}, async () => {
  const page = await explorer.open({ view: "listen" });
  const choose = page.getByLabel("Choose a sound of spoken digits");
  await choose.setInputFiles({ name: "no.wav", mimeType: "audio/wav", buffer: Buffer.from("no sound") });
  await expect.poll(() => page.locator(".listen .problem").textContent()).toContain("cannot read this sound");
  await choose.setInputFiles({ name: "said.wav", mimeType: "audio/wav", buffer: readFileSync(SAMPLE) });
  await expect.poll(() => page.getByTestId("heard-words").count()).toBe(1);
  expect((await page.getByTestId("heard-text").textContent())?.trim()).toBe(SAID);
  // What was heard can be taken away: its axis has the path's letters, its rows the classes.
  await page.getByLabel("Steps of the picture").selectOption("all");
  const { title, axis, rows, legend } = await partsOf(page);
  expect(title[0]).toBe(`What a network hears: ${SAID}`);
  const path = axis.filter((letter) => !/^\d+$|^step$/.test(letter)).join("");
  expect(
    path
      .replaceAll(/(.)\1+/g, "$1")
      .replaceAll("∅", "")
      .replaceAll("␣", " ")
      .trim(),
  ).toBe(SAID);
  expect(rows).toEqual(expect.arrayContaining(["sound", "∅", "␣", "e", "path", "text"]));
  expect(legend).toEqual(expect.arrayContaining(["probability", "0", "1", "likeliest is the blank"]));
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save as CSV" }).click(),
  ]);
  const [head, first] = (await bytesOf(download)).toString("utf8").split("\r\n");
  expect(head).toMatch(/^step,seconds,likeliest,/);
  const likely = first.split(",").slice(3).map(Number);
  expect(likely.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
});

test("without a microphone that is said, and the sample is still there", async () => {
  const page = await explorer.open({ view: "listen" });
  await page.getByRole("button", { name: "Speak into the microphone" }).click();
  await expect.poll(() => page.locator(".listen .problem").count()).toBe(1);
  await expect.poll(() => page.getByRole("button", { name: "Play the sample" }).count()).toBe(1);
});
