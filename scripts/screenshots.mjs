// `npm run screenshots [-- NAME …]`: pictures of the explorer for docs/images, on a desktop and on a phone, light and dark. They are made of the
// page as it is built, and small enough for the repository: a look at them is part of every change of the page.
// `npm run screenshots -- --look FOLDER [NAME …]`: the first screen and every view in three sizes, light and dark, to be looked at one by one.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "vite";
import { openChromium, serve } from "../test/browser.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const images = join(root, "docs/images");
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

const ADDING = { view: "train", trainTask: "adding", trainSteps: 40 };
const TALL = { width: 1280, height: 1150 };

/** Name, state, size and colours of each picture, how long something trains before it is taken, and the button that begins that. */
const PICTURES = [
  ["explorer-unrolled", { at: 7 }, DESKTOP, "light"],
  ["explorer-vanish", { view: "vanish" }, { width: 1280, height: 860 }, "light", 8000, "Train both"],
  ["explorer-vanish-phone", { view: "vanish" }, PHONE, "dark", 6000, "Train both"],
  ["explorer-rolled", { at: 12, isUnrolled: 0 }, DESKTOP, "light"],
  ["explorer-step", { at: 10, isOpen: 1, unit: 33 }, { width: 1280, height: 1100 }, "light"],
  [
    "explorer-play",
    { view: "play", at: 20, order: "similarity", steps: "13-20" },
    { width: 1280, height: 1100 },
    "light",
  ],
  [
    "explorer-next",
    {
      view: "next",
      at: 11,
      temperature: 0.7,
      branches: JSON.stringify([67, 70].map((id) => ({ at: 11, id }))),
    },
    { width: 1280, height: 1100 },
    "light",
  ],
  ["explorer-train-elman", { ...ADDING, trainCell: "elman" }, TALL, "light", 6000],
  ["explorer-train", { ...ADDING, trainCell: "lstm" }, TALL, "light", 12_000],
  ["explorer-train-phone", { view: "train", trainTask: "sine", trainCell: "gru" }, PHONE, "dark", 4000],
  ["explorer-tour", { tour: 3, model: "models/elman/", isUnrolled: 0, at: 4 }, DESKTOP, "light"],
  ["explorer-units", { view: "units", unit: 93, span: "20-23" }, { width: 1280, height: 1100 }, "light"],
  ["explorer-memory", { view: "reach", at: 20 }, { width: 1280, height: 1100 }, "light"],
  [
    "explorer-interfere",
    {
      view: "interfere",
      at: 20,
      interventions: JSON.stringify([
        { layer: 0, what: "f", units: [1, 2, 3, 4, 5, 6, 7, 8], from: 10, value: 0 },
      ]),
    },
    { width: 1280, height: 1100 },
    "light",
  ],
  // What a link to the page shows.
  ["../../web/public/preview", { view: "vanish" }, { width: 1200, height: 630 }, "light", 8000, "Train both"],
  ["explorer-unrolled-phone", { at: 4 }, PHONE, "dark"],
  ["explorer-play-phone", { view: "play", at: 20 }, PHONE, "dark"],
  ["explorer-memory-phone", { view: "reach", at: 20 }, PHONE, "dark"],
  ["explorer-next-phone", { view: "next", at: 11 }, PHONE, "dark"],
];

/** What is looked at: the first screen, the hero, and every view with something in it. */
const LOOKS = [
  ["first", { at: 4 }],
  ["vanish", { view: "vanish" }, 5000, "Train both"],
  ["heat-maps", { view: "play", at: 20 }],
  ["next", { view: "next", at: 11 }],
  ["units", { view: "units" }],
  ["memory", { view: "reach", at: 20 }],
  ["train", { view: "train" }, 4000],
  ["interfere", { view: "interfere" }],
  ["digits", { view: "listen" }, 6000, "Play the sample"],
  ["sound", { view: "sound" }],
  ["compare", { view: "compare" }],
  ["tour", { tour: 3, model: "models/elman/", isUnrolled: 0, at: 4 }],
];
const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
];
const looks = LOOKS.flatMap(([name, state, trainingMs, press]) =>
  SIZES.flatMap((size) =>
    ["light", "dark"].map((scheme) => [
      ...[`${name}-${size.width}-${scheme}`, state, size, scheme, trainingMs, press],
    ]),
  ),
);

const { values, positionals: asked } = parseArgs({
  options: { look: { type: "string" } },
  allowPositionals: true,
});
const [to, pictures] = values.look === undefined ? [images, PICTURES] : [values.look, looks];
/** Whether a picture is among those that were named; all are if none is. */
const isAsked = (name) =>
  asked.length === 0 || asked.includes(basename(name)) || asked.includes(name.split("-")[0]);
const folder = mkdtempSync(join(tmpdir(), "unrolled-screenshots-"));
await build({
  configFile: join(root, "web/vite.config.ts"),
  logLevel: "error",
  build: { outDir: folder, emptyOutDir: true },
});
const [browser, site] = await Promise.all([openChromium(), serve(folder)]);
try {
  mkdirSync(to, { recursive: true });
  for (const [name, state, viewport, colorScheme, trainingMs, press = "Play"] of pictures) {
    if (!isAsked(name)) continue;
    const page = await browser.newPage({ viewport, colorScheme, reducedMotion: "reduce" });
    await page.goto(`${site.url}#${new URLSearchParams(state)}`);
    await page.locator("main section").first().waitFor();
    // What the engine is asked for after the text has been read.
    await page.waitForTimeout(1000);
    // A view that takes longer says so until it is done.
    await page.waitForFunction("!document.querySelector('main .waiting')", undefined, { timeout: 60_000 });
    if (trainingMs) {
      await page.locator("main section").getByRole("button", { name: press, exact: true }).click();
      await page.waitForTimeout(trainingMs);
      // A training that has come to its end has nothing to pause.
      const pause = page.locator("main section").getByRole("button", { name: "Pause", exact: true });
      if (await pause.isVisible()) await pause.click();
      await page.waitForTimeout(300);
    }
    await page.screenshot({ path: join(to, `${name}.png`) });
    await page.close();
    console.log(join(to, `${name}.png`));
  }
} finally {
  await browser.close();
  site.close();
  rmSync(folder, { recursive: true, force: true });
}
