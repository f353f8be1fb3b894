// The package as someone installs it: packed, in an empty project, without scripts and without a compiler.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { build, createLogger } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { entryPoints } from "../scripts/reference.mjs";
import { serve } from "./browser.ts";
import type { trainAndGenerate } from "./package/consumer.ts";
import type { useEntries } from "./package/entries.ts";
import { compile, once, packageProject, run, tsc } from "./package-project.ts";
import { connectToBrowser } from "./shared-browser.ts";
import { filesBelow, importsOf } from "./source-files.ts";

type Entries = Awaited<ReturnType<typeof useEntries>>;
type Outcome = Awaited<ReturnType<typeof trainAndGenerate>>;

const root = fileURLToPath(new URL("..", import.meta.url));
const { folder, project, noCompiler, npmInstall, install, remove } = packageProject();

/** Text of a file of the package as it was installed. */
const readInstalled = (path: string) => readFileSync(join(project, "node_modules/unrolled", path), "utf8");

let packedFiles: string[];
let browser: Browser;

/** How someone compiles who wants to be told everything. */
const STRICT = [
  ...["--strict", "--exactOptionalPropertyTypes", "--skipLibCheck", "false"],
  ...["--target", "es2022", "--module", "nodenext"],
  ...["--types", "node", "--typeRoots", join(root, "node_modules/@types")],
];
const consumers = () =>
  readdirSync(project)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(project, file));

const compiled = once(() =>
  tsc(...STRICT, "--ignoreConfig", "--rewriteRelativeImportExtensions", ...consumers()),
);
const saidInNode = async (file: string) => {
  await compiled();
  return JSON.parse((await run(process.execPath, [file], { cwd: project, env: noCompiler })).stdout);
};
/** On one thread and on two. */
const trainedInNode = once<{ one: Outcome; two: Outcome }>(() => saidInNode("node.js"));
const entriesInNode = once<Entries>(() => saidInNode("entries-node.js"));

beforeAll(async () => {
  packedFiles = await install();
});

afterAll(() => Promise.resolve(browser?.close()).finally(remove));

test("the package holds what it needs and nothing of this machine", () => {
  const explorer = ["dist/explorer/index.html", "dist/explorer/model/model.safetensors"];
  const library = ["dist/index.js", "dist/index.d.ts", "dist/entries/nn.js", "dist/entries/nn.d.ts"];
  for (const needed of [...library, ...explorer, "dist/cli/main.js", "build/kernels.wasm"])
    expect(packedFiles).toContain(needed);
  expect(
    packedFiles.filter((path) => /\.test\.|conformance|\.node$|native\.json$|\.map$/.test(path)),
  ).toEqual([]);
});

test("nothing is installed beside it but what compiles the kernels", () => {
  const installed = readdirSync(join(project, "node_modules"));
  expect(installed.filter((name) => !name.startsWith(".")).sort()).toEqual(["node-api-headers", "unrolled"]);
});

test("the licences of all bundled packages stand beside them", () => {
  // The bundler says above each module where it comes from.
  const commandLine = packedFiles
    .filter((path) => /^dist\/cli\/.*\.js$/.test(path))
    .flatMap((path) => [...readInstalled(path).matchAll(/^\/\/ .*node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)])
    .map(([, name]) => name);
  expect(new Set(commandLine).size).toBeGreaterThan(10);
  const page = filesBelow("web", [".ts", ".tsx"])
    .filter((path) => path !== "web/vite.config.ts")
    .flatMap(importsOf)
    .filter((name) => !/^(\.|unrolled|virtual:)/.test(name))
    .map((name) => name.split("/")[0]);
  for (const [folder, bundled] of Object.entries({ cli: commandLine, explorer: page })) {
    const texts = readInstalled(`dist/${folder}/THIRD-PARTY-LICENSES`).split(`\n${"-".repeat(80)}\n\n`);
    const isThere = (name: string) =>
      texts.some((text) => text.startsWith(`${name} `) && /copyright/i.test(text));
    expect(bundled.filter((name) => !isThere(name))).toEqual([]);
  }
});

test("its declarations hold for a strict TypeScript project", async () => {
  await compiled();
});

test("its declarations hold for TypeScript 5.4", { tags: "long" }, async () => {
  const old = join(folder, "typescript-5.4");
  mkdirSync(old);
  writeFileSync(join(old, "package.json"), JSON.stringify({ private: true }));
  await npmInstall(old, "typescript@5.4");
  const compiler = join(old, "node_modules/typescript/bin/tsc");
  const checked = [...STRICT, "--noEmit", "--declaration", "--allowImportingTsExtensions"];
  await compile(compiler, ...checked, ...consumers());
  // Alone, it can name nothing but what the root exports.
  await compile(compiler, ...checked, join(project, "library.ts"));
});

test("every entry point is used by the package's consumer, and Node can import each", async () => {
  expect(importsOf("test/package/entries.ts")).toEqual(entryPoints().map(({ name }) => name));
  const { ran, stepped, losses } = await entriesInNode();
  expect([ran, losses]).toEqual([stepped, expect.objectContaining({ length: 3 })]);
});

test("it trains and writes in Node on WebAssembly, and says why not natively", async () => {
  const trained = await trainedInNode();
  const reason =
    "the native kernels were not built (no installation script ran; npm rebuild unrolled runs it)";
  for (const [threads, { starts, losses, written }] of [
    [1, trained.one],
    [2, trained.two],
  ] as const) {
    expect(starts).toEqual([{ backend: "wasm", reason, threads }]);
    expect(losses.length).toBe(14);
    expect(losses[13]).toBeLessThan(losses[0] - 0.3);
    expect(written.length).toBe(80);
  }
});

test("its installation script does no harm where there is no compiler, and the reason says so", {
  tags: "long",
}, async () => {
  const before = await trainedInNode();
  await run("npm", ["rebuild", "--foreground-scripts", "unrolled"], { cwd: project, env: noCompiler });
  const { one } = await saidInNode("node.js");
  const reason = `no C++ compiler: \`${noCompiler.CXX}\` does not run`;
  expect(one.starts).toEqual([{ backend: "wasm", reason, threads: 1 }]);
  expect(one.weights).toBe(before.one.weights);
});

test("its command line answers, trains and writes, from a few files", async () => {
  const unrolled = (...parameters: string[]) =>
    run("npx", ["--no-install", "unrolled", ...parameters], { cwd: project });
  const { stdout } = await unrolled("--help");
  for (const command of ["train", "generate", "predict", "eval", "info", "convert"])
    expect(stdout).toContain(command);
  expect(packedFiles.filter((path) => /^dist\/cli\/.*\.js$/.test(path)).length).toBeLessThan(50);

  writeFileSync(join(project, "text.txt"), "to and fro ".repeat(500));
  const small = "--steps 2 --hidden-size 8 --batch-size 4 --seq-length 8 --threads 2".split(" ");
  await unrolled("train", "text.txt", "--out", "model", "--cache", join(folder, "cache"), ...small);
  const written = await unrolled("generate", "model", "--max-new-tokens", "9", "--json");
  expect(JSON.parse(written.stdout).text).toHaveLength(9);
  const inspected = await unrolled(
    "inspect",
    "model",
    "text.txt",
    "--out",
    "inspection",
    "--what",
    "surprise",
  );
  expect(inspected.stderr).toMatch(/; for PNG files beside the SVG ones: npm install @resvg\/resvg-js\n$/);
});

describe("bundled by Vite", () => {
  const PAGES = ["index.html", "training.html", "classify.html", "entries.html"];
  /** As Vite does it by itself, the worker in one file, and with the worker as modules that are fetched when they are needed. */
  const bundles = { iife: join(project, "dist"), es: join(project, "dist-modules") };

  /** Opens the page in a tab of its own and waits until it has trained. */
  async function visit<Result>(
    headers: Readonly<Record<string, string>>,
    name: string,
    format: keyof typeof bundles,
  ) {
    const site = await serve(bundles[format], headers);
    const page = await browser.newPage();
    try {
      const said: string[] = [];
      const workers: string[] = [];
      page.on("pageerror", (error) => said.push(error.message));
      page.on("console", (message) => said.push(message.text()));
      page.on("worker", (worker) => workers.push(worker.url()));
      await page.goto(new URL(name, site.url).href);
      const outcome: Result = await page.evaluate("globalThis.outcome");
      const isolated: boolean = await page.evaluate("crossOriginIsolated");
      return { outcome, isolated, said, workers, served: site.served };
    } finally {
      await page.close();
      site.close();
    }
  }

  beforeAll(async () => {
    const warnings: string[] = [];
    // It warns of what takes long, which on a busy machine is anything.
    const checks = { bundlerTimings: false };
    const warn = (message: string) => void warnings.push(message);
    const customLogger = { ...createLogger("warn"), warn, warnOnce: warn };
    for (const format of ["iife", "es"] as const) {
      await build({
        root: project,
        configFile: false,
        logLevel: "warn",
        customLogger,
        worker: { format, rolldownOptions: { checks } },
        build: {
          outDir: bundles[format],
          rolldownOptions: {
            input: PAGES.map((name) => join(project, name)),
            checks,
          },
        },
      });
    }
    expect(warnings).toEqual([]);
    browser = await connectToBrowser();
  });

  const isolating = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
  };
  test.each([
    { called: "not cross-origin isolated", headers: {}, isolated: false, format: "iife" },
    { called: "cross-origin isolated", headers: isolating, isolated: true, format: "iife" },
    {
      called: "cross-origin isolated, its worker as modules",
      headers: isolating,
      isolated: true,
      format: "es",
    },
  ] as const)("trains in a worker in Chromium as in Node, $called", async ({ headers, isolated, format }) => {
    const visited = await visit<Outcome>(headers, "index.html", format);
    expect(visited.said).toEqual([]);
    expect(visited.isolated).toBe(isolated);
    // Only an isolated page can hand its memory to a second thread.
    const { one, two } = await trainedInNode();
    const [threads, same] = isolated ? [2, two] : [1, one];
    expect(visited.workers).toEqual(Array(threads).fill(expect.stringContaining("browser-worker")));
    const { starts, losses, written, weights } = visited.outcome;
    expect(starts).toEqual([{ backend: "wasm", reason: "browsers run WebAssembly", threads }]);
    expect(differingLosses(losses, same.losses)).toEqual([]);
    expect(written).toBe(same.written);
    expect(weights).toBe(same.weights);
  });

  test.each(["iife", "es"] as const)(
    "a task of the package has a worker of its own, on all threads: %s",
    async (format) => {
      const { outcome, said, workers } = await visit<object>(isolating, "classify.html", format);
      expect(said).toEqual([]);
      expect(outcome).toEqual({ threads: 2, steps: 3 });
      expect(workers).toEqual(Array(2).fill(expect.stringContaining("browser-task-worker")));
    },
  );

  test("every entry point does in Chromium what it does in Node", async () => {
    const { outcome, said } = await visit<Entries>({}, "entries.html", "es");
    expect(said).toEqual([]);
    expect(outcome).toEqual(await entriesInNode());
  });

  const fetchedToTrain = async (format: "iife" | "es") => {
    const { outcome, served } = await visit<number>({}, "training.html", format);
    expect(outcome).toBe(3);
    expect([...served.keys()].filter((path) => /classify|csv|task-worker/.test(path))).toEqual([]);
    return [...served].map(([path, bytes]) => ({ path, size: brotliCompressSync(bytes).length }));
  };

  test("the WebAssembly is under 40 kB compressed by brotli", async () => {
    const kernels = (await fetchedToTrain("es")).filter(({ path }) => path.endsWith(".wasm"));
    expect(kernels.map(({ size }) => size < 40_000)).toEqual([true]);
  });

  // Samples, where they are asked for, bring 6 kB more when the first of them is written. A worker that is one file has them, and all
  // tokenizers, from the beginning.
  test.each([
    { called: "modules", format: "es", most: 80_000 },
    { called: "one file", format: "iife", most: 105_000 },
  ] as const)(
    "all that training fetches is under $most bytes compressed by brotli, its worker as $called",
    async ({ format, most }) => {
      const sizes = await fetchedToTrain(format);
      expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(most);
    },
  );
});

/** Losses that are not within a millionth, as "loss 3: browser 2.31, Node 2.30". */
function differingLosses(inBrowser: readonly number[], inNode: readonly number[]): string[] {
  expect(inBrowser.length).toBe(inNode.length);
  return inBrowser
    .map((loss, i) =>
      Math.abs(loss - inNode[i]) < 1e-6 ? "" : `loss ${i}: browser ${loss}, Node ${inNode[i]}`,
    )
    .filter((line) => line !== "");
}
