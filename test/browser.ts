// A real browser for the tests, and a server that hands it files.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, extname, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

/** Without the GPU, without a sandbox (which root may not have), and without anything that asks the network. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Starts headless Chromium with a profile of its own: the one at $CHROME_PATH, else the first installed one that runs (some are
 * stubs that want to install something), else npm's.
 */
export async function openChromium(): Promise<Browser> {
  const launch = (executablePath: string) => chromium.launch({ executablePath, args: FLAGS, headless: true });
  if (process.env.CHROME_PATH) return launch(process.env.CHROME_PATH);
  for (const path of installedChromiums()) {
    const browser = await launch(path).catch(() => undefined);
    if (browser) return browser;
  }
  const folder = mkdtempSync(join(tmpdir(), "unrolled-chromium-"));
  const browser = await launch(await unpackChromium(folder));
  browser.on("disconnected", () => rmSync(folder, { recursive: true, force: true }));
  return browser;
}

function installedChromiums(): string[] {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  return [
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ].filter((path) => existsSync(path));
}

/**
 * Unpacks the Chromium of npm's @sparticuz/chromium (Linux on x64). It is made for a serverless platform, and where it believes
 * to be there it brings along the libraries that a bare machine lacks.
 */
async function unpackChromium(folder: string): Promise<string> {
  // It unpacks into the system's temporary folder and trusts what already lies there, so it gets an empty one.
  const { TMPDIR } = process.env;
  process.env.TMPDIR = folder;
  process.env.AWS_EXECUTION_ENV ??= "AWS_Lambda_nodejs20.x";
  try {
    const { default: packed } = await import("@sparticuz/chromium");
    packed.setGraphicsMode = false;
    return await packed.executablePath();
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};

/** A running server, and what it has handed out so far: contents by path. */
export interface Site {
  readonly url: string;
  readonly served: ReadonlyMap<string, Buffer>;
  close(): void;
}

/** Serves a folder to this machine alone, with extra headers on every answer. */
export async function serve(folder: string, headers: Readonly<Record<string, string>> = {}): Promise<Site> {
  const served = new Map<string, Buffer>();
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
    try {
      const body = await readFile(file);
      served.set(path, body);
      const type = CONTENT_TYPES[extname(file)] ?? "application/octet-stream";
      response.writeHead(200, { ...headers, "content-type": type }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, served, close: () => server.close() };
}
