// The one browser of all tests. A file has a connection of its own to it, and what it opens there ends with the connection.
import { type Browser, chromium, type Download } from "playwright-core";
import { inject } from "vitest";
import type {} from "./shared-browser-setup.ts";

/** How long a state is waited for before a test fails: longer than anything takes on a busy machine. */
export const PATIENCE_MS = 120_000;

export function connectToBrowser(): Promise<Browser> {
  return chromium.connect(inject("browser"));
}

/** What a page has let its reader save. */
export async function bytesOf(download: Download): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return Buffer.concat(chunks);
}
