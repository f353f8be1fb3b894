// How long a spoken sound waits for its letter in the explorer's tab "Spoken digits", live in headless Chromium: the sample is played in its own
// time, and each answer says the longest that a sample of its piece has waited (piece, step of 30 ms, the worker's answer). The page has to be
// built (npm run build).
//   npx tsx bench/listening.mjs
import { fileURLToPath } from "node:url";
import { openChromium, serve } from "../test/browser.ts";

const site = await serve(fileURLToPath(new URL("../dist/explorer", import.meta.url)));
const browser = await openChromium();
const page = await browser.newPage();
await page.goto(`${site.url}#view=listen`);
const play = page.getByRole("button", { name: "Play the sample" });
const words = page.getByTestId("heard-words");
// The first time the model and its code are fetched.
await play.click();
await words.waitFor();
await page.evaluate(() => {
  globalThis.delays = [];
  const shown = document.querySelector("[data-testid=listen-delay]");
  new MutationObserver(() => {
    const found = /(\d+) ms/.exec(shown.textContent);
    if (found) globalThis.delays.push(Number(found[1]));
  }).observe(shown, { characterData: true, childList: true, subtree: true });
});
await play.click();
await words.waitFor({ state: "detached" });
await words.waitFor();
const delays = (await page.evaluate(() => globalThis.delays)).toSorted((a, b) => a - b);
const at = (share) => delays[Math.floor(share * (delays.length - 1))];
console.log(
  `from sound to letter: median ${at(0.5)} ms, 95 of 100 within ${at(0.95)} ms (${delays.length} pieces)`,
);
await browser.close();
await site.close();
process.exit(0);
