// A real browser for tests and benchmarks, and a server that hands it files.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { text } from "node:stream/consumers";
import { type Browser, type BrowserServer, chromium } from "playwright-core";
import { ensureChromium } from "../scripts/chromium.mjs";

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

const options = () => ({ executablePath: ensureChromium(), args: FLAGS, headless: true });

/** Starts headless Chromium with a profile of its own. */
export function openChromium(): Promise<Browser> {
  return chromium.launch(options());
}

/** Starts one that several processes can connect to. */
export function startChromium(): Promise<BrowserServer> {
  return chromium.launchServer(options());
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

/** Serves a folder to this machine alone, with extra headers on every answer; `hear` is given what pages post. */
export async function serve(
  folder: string,
  headers: Readonly<Record<string, string>> = {},
  hear?: (posted: string) => void,
): Promise<Site> {
  const served = new Map<string, Buffer>();
  const server = createServer(async (request, response) => {
    if (hear && request.method === "POST") {
      hear(await text(request));
      response.end();
      return;
    }
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
