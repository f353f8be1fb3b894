// Browsers of other makers than Chromium's, as Debian has them: Firefox, and MiniBrowser of WebKitGTK, whose engine is Safari's.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { canInstall, installDebians } from "../../scripts/debian.mjs";
import { packageNames } from "../../scripts/package-names.mjs";
import { cases } from "../../src/kernels/conformance.ts";
import { serve } from "../browser.ts";
import type { Conformed } from "../conformance/table.ts";
import { trainAndGenerate } from "../package/consumer.ts";
import { required } from "../required.ts";

const folder = mkdtempSync(join(tmpdir(), "unrolled-engines-"));
const site = join(folder, "site");
const ISOLATING = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};
const isDebian = required(canInstall(), "Debian, where browsers are installed without asking");

interface Said {
  readonly problem?: string;
  readonly trained: Awaited<ReturnType<typeof trainAndGenerate>>;
  readonly table: Conformed;
}

beforeAll(async () => {
  await build({
    root: fileURLToPath(new URL("./engine", import.meta.url)),
    configFile: false,
    logLevel: "error",
    resolve: { alias: packageNames("src", "browser") },
    worker: { format: "es" },
    build: { outDir: site, emptyOutDir: true, target: "es2022" },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Opens the page in a browser, and waits for what it says. */
async function saidBy(program: string, ...parameters: readonly string[]): Promise<Said> {
  let hear = (_: Said): void => {};
  const pages = await serve(site, ISOLATING, (posted) => hear(JSON.parse(posted)));
  // Root may not have a sandbox; all of a browser's processes are one group.
  const env = { ...process.env, HOME: folder, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1" };
  const child = spawn(program, [...parameters, pages.url], { env, detached: true, stdio: "ignore" });
  try {
    return await new Promise((resolve, reject) => {
      hear = resolve;
      child.on("error", reject);
      child.on("exit", (code) => reject(new Error(`${program} has ended with ${code}`)));
    });
  } finally {
    if (child.exitCode === null) process.kill(-child.pid!, "SIGKILL");
    pages.close();
  }
}

test.skipIf(!isDebian).each([
  {
    called: "Firefox",
    packages: ["firefox-esr"],
    start: ["firefox-esr", "--headless", "--no-remote", "--profile", folder],
    threads: 2,
  },
  {
    // It shares no memory with workers, whatever the page's headers say.
    called: "WebKit",
    packages: ["webkit2gtk-driver", "xvfb", "xauth"],
    start: [
      "xvfb-run",
      "-a",
      `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu/webkit2gtk-4.1/MiniBrowser`,
    ],
    threads: 1,
  },
])("$called trains and passes the table", async ({ packages, start, threads }) => {
  for (const name of packages) installDebians(name);
  const [program, ...parameters] = start;
  const { problem, trained, table } = await saidBy(program, ...parameters);
  expect(problem).toBeUndefined();
  expect(trained.starts).toEqual([{ backend: "wasm", reason: "browsers run WebAssembly", threads }]);
  const here = await trainAndGenerate(threads);
  expect(trained.written).toBe(here.written);
  const far = here.losses.filter((loss, step) => !(Math.abs(trained.losses[step] - loss) < 1e-5));
  expect([far, trained.losses.length]).toEqual([[], here.losses.length]);
  expect(table.wrong.slice(0, 8).join("\n")).toBe("");
  expect(table.ran).toBe(cases.length);
});
