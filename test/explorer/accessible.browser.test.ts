// Everybody can use the page. As it is on a desktop, and further states: accessible.browser.release.test.ts.
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAccessible, PHONE, VIEWS } from "./accessible.ts";
import { type Explorer, openExplorer } from "./site.ts";

let explorer: Explorer;
beforeAll(async () => {
  explorer = await openExplorer();
});
afterAll(() => explorer?.close());

/** What the others are made of as well. */
const ALWAYS = ["unrolled", "next", "train"];

for (const [name, view] of Object.entries(VIEWS)) {
  const tags = ALWAYS.includes(name) ? [] : ["long"];
  test(`axe finds nothing in ${name}, dark on a phone, and nothing is too wide`, { tags }, () =>
    expectAccessible(explorer, view, PHONE),
  );
}

test("tabs are one stop, moved by arrow keys, and going back goes back", async () => {
  const page = await explorer.open();
  await page.getByRole("tab", { name: "Unrolled" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.locator("section.play").waitFor();
  expect(await page.evaluate("document.activeElement.textContent")).toBe("Heat-maps");
  await page.goBack();
  await page.locator(".stage").waitFor();
  await expect.poll(() => page.getByRole("tab", { selected: true }).textContent()).toBe("Unrolled");
});
