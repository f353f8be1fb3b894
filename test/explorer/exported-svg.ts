// What an SVG that was taken from the page says.
import type { Page } from "playwright-core";
import { bytesOf } from "../shared-browser.ts";

/** Texts of the parts of an exported SVG, once the browser has read it as XML. */
export async function partsOf(
  page: Page,
  button = page.getByRole("button", { name: "Save as SVG" }).first(),
): Promise<Record<"title" | "axis" | "rows" | "legend" | "all", string[]>> {
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  const svg = (await bytesOf(download)).toString("utf8");
  return page.evaluate((text) => {
    const file = new DOMParser().parseFromString(text, "image/svg+xml");
    if (file.querySelector("parsererror")) throw new Error(`no XML: ${text.slice(0, 2000)}`);
    const textsIn = (within: string) =>
      Array.from(file.querySelectorAll(`${within} text`), (each) => each.textContent ?? "");
    const part = (name: string) => textsIn(`[data-part="${name}"]`);
    const parts = { title: part("title"), axis: part("axis"), rows: part("rows"), legend: part("legend") };
    return { ...parts, all: textsIn("svg") };
  }, svg);
}
