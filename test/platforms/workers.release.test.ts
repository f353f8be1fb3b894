// The package in Cloudflare's Workers, by the engine that they run on, and in a page's service worker.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { openDevice, openModel } from "unrolled";
import { build as buildWithVite } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageNames } from "../../scripts/package-names.mjs";
import { serve } from "../browser.ts";
import { BUILD_MS, build } from "../cli/command.ts";
import { run } from "../package-project.ts";
import { connectToBrowser } from "../shared-browser.ts";
import { bundleFor, WORKERD } from "./bundle.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const model = join(root, "test/fixtures/folders/byte-gru");
const folder = mkdtempSync(join(tmpdir(), "unrolled-workers-"));
let expected: unknown;

beforeAll(async () => {
  build();
  const device = await openDevice({ backend: "wasm" });
  expected = (await (await openModel(model, { task: "language", device })).predict("to ")).tokens;
}, BUILD_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a Worker of Cloudflare's opens models by their files and by a URL, and is told what it has not", async () => {
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "miniflare@4"], {
    cwd: folder,
  });
  const { Miniflare } = await import(
    pathToFileURL(join(folder, "node_modules/miniflare/dist/src/index.js")).href
  );
  const kernels = "./kernels.wasm";
  let kernelsAt = "";
  const worker = await bundleFor(WORKERD, "./model-worker.js", (path) => {
    kernelsAt = path;
    return kernels;
  });
  const names = readdirSync(model);
  const files = names.map((name, at) => `${JSON.stringify(name)}: new Uint8Array(file${at})`);
  const main = `${names.map((name, at) => `import file${at} from "./model/${name}";`).join("\n")}
import { answers } from "./worker.mjs";
export default {
  async fetch(request) {
    const url = new URL(request.url).searchParams.get("model");
    return Response.json(await answers({ ${files.join(", ")} }, url));
  },
};`;
  const modules = [
    { type: "ESModule", path: "main.mjs", contents: main },
    { type: "ESModule", path: "worker.mjs", contents: worker },
    { type: "CompiledWasm", path: "kernels.wasm", contents: readFileSync(kernelsAt) },
    ...names.map((name) => ({
      type: "Data",
      path: `model/${name}`,
      contents: readFileSync(join(model, name)),
    })),
  ];
  const site = await serve(model);
  const engine = new Miniflare({ modules, compatibilityDate: "2026-01-01" });
  try {
    const answer = await engine.dispatchFetch(`http://worker/?model=${encodeURIComponent(site.url)}`);
    expect(await answer.json()).toEqual({
      backend: "wasm",
      given: expected,
      fetched: expected,
      refused: [
        expect.stringMatching(
          /^missing-file: openModel: models\/play is no whole URL, .* the bytes themselves$/,
        ),
        expect.stringMatching(/^unsupported-backend: .*a Worker is deployed without those of wasm-relaxed/),
        "unsupported-backend: openDevice: backend native is missing: Workers run WebAssembly",
        "invalid-argument: a Worker has one thread, and what was called needs another; train elsewhere and open the model here",
      ],
    });
  } finally {
    await engine.dispose();
    site.close();
  }
});

test("a page's service worker has a model, from a bundle in one file", async () => {
  const out = join(folder, "site");
  await buildWithVite({
    root,
    configFile: false,
    logLevel: "silent",
    base: "./",
    resolve: { alias: packageNames("dist", "browser") },
    build: {
      outDir: out,
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: join(root, "test/platforms/service-worker.js"),
        output: { format: "es", codeSplitting: false, entryFileNames: "service.js" },
      },
    },
  });
  mkdirSync(join(out, "model"));
  cpSync(model, join(out, "model"), { recursive: true });
  writeFileSync(
    join(out, "index.html"),
    `<script type="module">
      await navigator.serviceWorker.register("service.js", { type: "module" });
      const { active } = await navigator.serviceWorker.ready;
      navigator.serviceWorker.addEventListener("message", ({ data }) => (document.title = JSON.stringify(data)));
      navigator.serviceWorker.startMessages();
      active.postMessage("to ");
    </script>`,
  );
  const site = await serve(out);
  const browser = await connectToBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(site.url);
    await page.waitForFunction("document.title !== ''");
    expect(JSON.parse(await page.title())).toEqual({ tokens: JSON.parse(JSON.stringify(expected)) });
  } finally {
    await browser.close();
    site.close();
  }
});
