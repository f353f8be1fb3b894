// A model that is one file, in Chromium: imported by a page, and opened from the disk.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type * as Language from "../src/bundled/declarations/language.d.ts";
import { serve } from "./browser.ts";
import { BUILD_MS, build, MAIN, SMALL, writeText } from "./cli/command.ts";
import { connectToBrowser } from "./shared-browser.ts";

const folder = mkdtempSync(join(tmpdir(), "unrolled-bundle-"));
const at = (name: string) => join(folder, name);
const unrolled = (...words: string[]) => execFileSync(process.execPath, [MAIN, ...words], { cwd: folder });
/** What a page does with the model's exports: it says so in its title, which tests wait for. */
const SAYS = `(async () => {
  let text = "";
  for await (const piece of generate("the ", { maxNewTokens: 40, seed: 3 })) text += piece;
  document.title = JSON.stringify([text, await predict("the ")]);
})()`;

let browser: Browser;
let expected: readonly [string, unknown];

beforeAll(async () => {
  build();
  writeText(at("text.txt"), 6000);
  unrolled("train", "text.txt", "--out", "lm", "--steps", "5", "--cache", at("cache"), ...SMALL);
  unrolled("bundle", "lm", "--out", "lm.js");
  unrolled("bundle", "lm", "--out", "script.js", "--global", "lm");
  const module = readFileSync(at("lm.js"), "utf8");
  writeFileSync(
    at("module.html"),
    `<script type="module">import { generate, predict } from "./lm.js"; ${SAYS}</script>`,
  );
  writeFileSync(at("inside.html"), `<script type="module">${module}\n${SAYS}</script>`);
  writeFileSync(
    at("script.html"),
    `<script src="script.js"></script><script>const { generate, predict } = lm; ${SAYS}</script>`,
  );
  const answers = 'import { predict } from "./lm.js"; onmessage = async ({ data, source }) =>';
  writeFileSync(at("worker.js"), `${answers} postMessage(await predict(data));`);
  writeFileSync(at("service.js"), `${answers} source.postMessage(await predict(data));`);
  writeFileSync(
    at("workers.html"),
    `<script type="module">
      const said = (from, to) => new Promise((done) => {
        from.addEventListener("message", ({ data }) => done(data));
        to.postMessage("the ");
      });
      const worker = new Worker("worker.js", { type: "module" });
      await navigator.serviceWorker.register("service.js", { type: "module" });
      const { active } = await navigator.serviceWorker.ready;
      navigator.serviceWorker.startMessages();
      document.title = JSON.stringify([await said(worker, worker), await said(navigator.serviceWorker, active)]);
    </script>`,
  );
  const model: typeof Language = await import(pathToFileURL(at("lm.js")).href);
  let text = "";
  for await (const piece of model.generate("the ", { maxNewTokens: 40, seed: 3 })) text += piece;
  expected = [text, JSON.parse(JSON.stringify(await model.predict("the ")))];
  browser = await connectToBrowser();
}, BUILD_MS);

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a page's title says in the end, and what it asked for beside itself. */
async function opened(url: string): Promise<{ readonly said: unknown; readonly asked: string[] }> {
  const page = await browser.newPage();
  try {
    const asked: string[] = [];
    page.on("request", (request) => void asked.push(new URL(request.url()).pathname.split("/").at(-1)!));
    await page.goto(url);
    await page.waitForFunction("document.title !== ''");
    return { said: JSON.parse(await page.title()), asked: asked.slice(1) };
  } finally {
    await page.close();
  }
}

test("one import is all that a page asks for", async () => {
  const site = await serve(folder);
  try {
    const { said, asked } = await opened(`${site.url}module.html`);
    expect(said).toEqual(expected);
    expect(asked.filter((name) => name !== "favicon.ico")).toEqual(["lm.js"]);
  } finally {
    site.close();
  }
});

test("a worker and a service worker, which may import nothing later, have the model too", async () => {
  const site = await serve(folder);
  try {
    const { said } = await opened(`${site.url}workers.html`);
    expect(said).toEqual([expected[1], expected[1]]);
  } finally {
    site.close();
  }
});

test.each([
  { page: "inside.html", asks: [] },
  { page: "script.html", asks: ["script.js"] },
])("opened from the disk, $page has the model", async ({ page, asks }) => {
  const { said, asked } = await opened(pathToFileURL(at(page)).href);
  expect(said).toEqual(expected);
  expect(asked).toEqual(asks);
});
