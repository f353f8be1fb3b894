// `npm run bench:explorer [-- --seconds S]`: what the explorer promises, measured in headless Chromium on the page as it is built:
// its weight without the model, the time to its first view, frames a second while scrubbing and zooming through 256 units × 500 steps,
// and how long the page's own thread is blocked while a model trains in it. Wants a quiet machine.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "vite";
import { openChromium, serve } from "../test/browser.ts";
import { median } from "./measure.mjs";
import { writeWideModel } from "./wide-model.ts";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "5" } } });
const seconds = Number(values.seconds);
if (!(seconds > 0)) {
  console.error(`bench: --seconds is ${values.seconds}, needed more than 0`);
  process.exit(2);
}
const ROUNDS = 7;
const UNITS = 256;
const STEPS = 500;

const folder = mkdtempSync(join(tmpdir(), "unrolled-bench-explorer-"));
const configFile = fileURLToPath(new URL("../web/vite.config.ts", import.meta.url));
await build({ configFile, logLevel: "silent", build: { outDir: folder, emptyOutDir: true } });
mkdirSync(join(folder, "wide"));
for (const [name, bytes] of Object.entries(await writeWideModel(UNITS)))
  writeFileSync(join(folder, "wide", name), bytes);
const browser = await openChromium();
const text = "interface Node extends EventTarget { readonly baseURI: string; }\n".repeat(9).slice(0, STEPS);
const wide = (view) => `#${new URLSearchParams({ view, model: "wide/", text })}`;

console.log(`Chromium ${browser.version()}, ${cpus()[0].model}, ${cpus().length} cores`);
try {
  await weight();
  await firstView();
  await frames("scrubbing", "play", scrub);
  await frames("zooming", "unrolled", zoom);
  await whileTraining();
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}

function say(what, measured, goal, isMet) {
  console.log(`${what.padEnd(58)}${measured.padStart(28)}   goal ${goal}: ${isMet ? "met" : "missed"}`);
}

/** Compressed bytes of all that a browser fetches until the first view, the model left out. */
async function weight() {
  const site = await serve(folder);
  const page = await opened(site.url);
  await page.locator(".diagram .copy").first().waitFor();
  await page.close();
  site.close();
  let [brotli, gzip] = [0, 0];
  for (const [path, content] of site.served) {
    if (/^\/models?\//.test(path)) continue;
    brotli += brotliCompressSync(content).length;
    gzip += gzipSync(content, { level: 9 }).length;
  }
  const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  say(
    "page without the model, gzip (brotli)",
    `${kilobytes(gzip)} (${kilobytes(brotli)})`,
    "< 150 kB",
    gzip < 150_000,
  );
}

/** From the request to the first unrolled network with its vectors, with nothing in the cache. */
async function firstView() {
  const site = await serve(folder);
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.addInitScript(() => {
      const look = () => {
        if (document.querySelector(".diagram .copy"))
          requestAnimationFrame(() => {
            globalThis.firstViewMs = performance.now();
          });
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    await page.goto(site.url);
    await page.waitForFunction("globalThis.firstViewMs");
    times.push(await page.evaluate("globalThis.firstViewMs"));
    await context.close();
  }
  site.close();
  const ms = median(times);
  say(`first view (median of ${ROUNDS}, nothing cached)`, `${ms.toFixed(0)} ms`, "< 1000 ms", ms < 1000);
}

/** Does one thing a frame for a while, and looks when frames come and how long tasks take. */
async function frames(what, view, act) {
  const site = await serve(folder);
  const page = await opened(site.url + wide(view));
  await page.locator("main section").waitFor();
  const before = page.url();
  const { intervals, longestTaskMs } = await page.evaluate(measureFrames, { seconds, act: act.toString() });
  await page.waitForTimeout(500);
  if (page.url() === before) throw new Error(`${what} moved nothing`);
  await page.close();
  site.close();
  const framesPerSecond = 1000 / (intervals.reduce((sum, each) => sum + each, 0) / intervals.length);
  const late = intervals.filter((each) => each > 25).length / intervals.length;
  const measured = `${framesPerSecond.toFixed(1)}/s, ${(100 * late).toFixed(1)} % late`;
  say(`${what} ${UNITS} units × ${STEPS} steps, frames`, measured, "60/s", framesPerSecond > 59);
  say("  longest task of the page's thread", taskText(longestTaskMs), "≤ 50 ms", longestTaskMs <= 50);
}

/** Browsers report tasks from 50 ms on. */
function taskText(longestTaskMs) {
  return longestTaskMs === 0 ? "none of 50 ms" : `${longestTaskMs.toFixed(0)} ms`;
}

/** Runs in the page. */
async function measureFrames({ seconds, act }) {
  const step = new Function(`return ${act}`)();
  let longestTaskMs = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestTaskMs = Math.max(longestTaskMs, duration);
  });
  observer.observe({ entryTypes: ["longtask"] });
  const frame = () => new Promise(requestAnimationFrame);
  const intervals = [];
  let before = await frame();
  const end = before + 1000 * seconds;
  for (let count = 0; before < end; count++) {
    step(count);
    const now = await frame();
    intervals.push(now - before);
    before = now;
  }
  return { intervals: intervals.slice(1), longestTaskMs };
}

function scrub(count) {
  const slider = document.querySelector('.scrubber input[type="range"]');
  slider.value = String(1 + ((count * 3) % Number(slider.max)));
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}

function zoom(count) {
  const stage = document.querySelector(".stage");
  const { left, top, width } = stage.getBoundingClientRect();
  const deltaY = Math.floor(count / 60) % 2 === 0 ? 25 : -25;
  stage.dispatchEvent(
    new WheelEvent("wheel", {
      deltaY,
      clientX: left + width / 3,
      clientY: top + 90,
      bubbles: true,
      cancelable: true,
    }),
  );
}

/** The longest task of the page's own thread while a model trains; only where the page has a view that trains. */
async function whileTraining() {
  const site = await serve(folder);
  const page = await opened(site.url);
  const tab = page.getByRole("tab", { name: "Train" });
  await page.locator("main section").waitFor();
  if ((await tab.count()) === 0) console.log("no view of this page trains");
  else {
    await tab.click();
    await page
      .getByRole("button", { name: /^(Train|Play|Start)$/ })
      .first()
      .click();
    const { longestTaskMs } = await page.evaluate(measureFrames, { seconds: 2 * seconds, act: "() => {}" });
    const trained = await page.getByTestId("training").textContent();
    if (!/^[1-9]/.test(trained)) throw new Error(`nothing was trained: ${trained}`);
    say(
      "training, longest task of the page's thread",
      taskText(longestTaskMs),
      "≤ 50 ms",
      longestTaskMs <= 50,
    );
  }
  await page.close();
  site.close();
}

async function opened(url) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(url);
  return page;
}
