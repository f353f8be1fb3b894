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

/** Name, state, size and colours of each picture, how many updates something trains before it is taken, and the button that begins that. */
const PICTURES = [
  ["explorer-unrolled", { at: 7 }, DESKTOP, "light"],
  ["explorer-vanish", { view: "vanish" }, { width: 1280, height: 860 }, "light", 260, "Train both"],
  ["explorer-vanish-phone", { view: "vanish" }, PHONE, "dark", 260, "Train both"],
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
      branches: JSON.stringify([59, 62].map((id) => ({ at: 11, id }))),
    },
    { width: 1280, height: 1100 },
    "light",
  ],
  ["explorer-train-elman", { ...ADDING, trainCell: "elman" }, TALL, "light", 600],
  ["explorer-train", { ...ADDING, trainCell: "lstm" }, TALL, "light", 900],
  ["explorer-train-phone", { view: "train", trainTask: "sine", trainCell: "gru" }, PHONE, "dark", 150],
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
  ["../../web/public/preview", { view: "vanish" }, { width: 1200, height: 630 }, "light", 260, "Train both"],
  ["explorer-unrolled-phone", { at: 4 }, PHONE, "dark"],
  ["explorer-play-phone", { view: "play", at: 20 }, PHONE, "dark"],
  ["explorer-memory-phone", { view: "reach", at: 20 }, PHONE, "dark"],
  ["explorer-next-phone", { view: "next", at: 11 }, PHONE, "dark"],
];

/** What is looked at: the first screen, the hero, and every view with something in it. */
const LOOKS = [
  ["first", { at: 4 }],
  ["vanish", { view: "vanish" }, 100, "Train both"],
  ["heat-maps", { view: "play", at: 20 }],
  ["next", { view: "next", at: 11 }],
  ["units", { view: "units" }],
  ["memory", { view: "reach", at: 20 }],
  ["train", { view: "train" }, 200],
  ["interfere", { view: "interfere" }],
  ["digits", { view: "listen" }, undefined, "Play the sample"],
  ["sound", { view: "sound" }],
  ["compare", { view: "compare" }],
  ["tour", { tour: 3, model: "models/elman/", isUnrolled: 0, at: 4 }],
];
const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
];
const looks = LOOKS.flatMap(([name, state, updates, press]) =>
  SIZES.flatMap((size) =>
    ["light", "dark"].map((scheme) => [
      ...[`${name}-${size.width}-${scheme}`, state, size, scheme, updates, press],
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
  for (const [name, state, viewport, colorScheme, updates, press = updates && "Play"] of pictures) {
    if (!isAsked(name)) continue;
    const page = await browser.newPage({ viewport, colorScheme, reducedMotion: "reduce" });
    await page.goto(`${site.url}#${new URLSearchParams(state)}`);
    await page.locator("main section").first().waitFor();
    await atRest(page);
    if (press) {
      await page.locator("main section").getByRole("button", { name: press, exact: true }).click();
      if (updates)
        await page.waitForFunction(
          (least) =>
            Array.from(
              document.querySelector("main").textContent.matchAll(/([\d,]+) updates/g),
              ([, count]) => Number(count.replaceAll(",", "")),
            ).some((count) => count >= least),
          updates,
          { timeout: 180_000 },
        );
      // A training that has come to its end has nothing to pause.
      const pause = page.locator("main section").getByRole("button", { name: "Pause", exact: true });
      if (await pause.isVisible()) await pause.click();
      await atRest(page);
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

/** Waits until the page has said the same for two seconds, and nothing on it waits: however busy the machine is. */
async function atRest(page) {
  const words = () => page.locator("main").textContent();
  let before = "";
  for (let still = 0; still < 4; ) {
    await page.waitForTimeout(500);
    const now = await words();
    still =
      now === before && !/ (reading|back through time|Measuring|listening)[^.]* …/.test(now) ? still + 1 : 0;
    before = now;
  }
}
