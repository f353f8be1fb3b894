// How long a spoken sound waits for its letter in the explorer's tab "Spoken digits", live in headless Chromium: the sample is played in its own
// time, and each answer says the longest that a sample of its piece has waited (piece, step of 30 ms, the worker's answer). Then how much faster
// than sound the same model listens there, as one file (unrolled bundle) in a page: a minute of the sample in pieces of 20 ms with a beam of 16.
// The package and the page have to be built (npm run build).
//   npx tsx bench/listening.mjs
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { monoOf, readWav } from "unrolled/audio";
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
await site.close();

const [SECONDS, ROUNDS, PIECE_SECONDS] = [60, 5, 0.02];
const folder = mkdtempSync(join(tmpdir(), "unrolled-listening-"));
const bundle = ["dist/cli/main.js", "bundle", "web/public/models/digits", "--out", join(folder, "digits.js")];
execFileSync(process.execPath, bundle);
writeFileSync(join(folder, "index.html"), "<!doctype html>");
const files = await serve(folder);
await page.goto(files.url);
const sound = readWav(readFileSync("web/public/digits-sample.wav"));
const speeds = await page.evaluate(
  async ({ sample, rate, seconds, rounds, piece }) => {
    const { listen } = await import("/digits.js");
    const samples = Float32Array.from({ length: seconds * rate }, (_, at) => sample[at % sample.length]);
    const found = [];
    // The first round is not counted.
    for (let round = 0; round <= rounds; round++) {
      const session = await listen({ sampleRateHz: rate, beamWidth: 16 });
      const start = performance.now();
      for (let from = 0; from < samples.length; from += piece) {
        session.feed(samples.subarray(from, from + piece));
        session.text();
      }
      session.finish();
      if (round > 0) found.push((1000 * seconds) / (performance.now() - start));
    }
    return found;
  },
  {
    sample: Array.from(monoOf(sound)),
    rate: sound.sampleRateHz,
    seconds: SECONDS,
    rounds: ROUNDS,
    piece: Math.round(PIECE_SECONDS * sound.sampleRateHz),
  },
);
const median = speeds.toSorted((a, b) => a - b)[ROUNDS >> 1];
console.log(`in a page: ${median.toFixed(0)} x real time, by the clock`);
await browser.close();
files.close();
rmSync(folder, { recursive: true });
process.exit(0);
