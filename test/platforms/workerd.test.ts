// The package as it is bundled for Cloudflare's Workers, where nothing may be compiled: its kernels are imported.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { BUILD_MS, build } from "../cli/command.ts";
import { bundleFor, WORKERD } from "./bundle.ts";

const folder = mkdtempSync(join(tmpdir(), "unrolled-workerd-"));
beforeAll(() => build(), BUILD_MS);
afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("it computes where WebAssembly can be imported and nothing can be compiled or fetched", async () => {
  const kernels = join(folder, "kernels.mjs");
  const code = await bundleFor(WORKERD, "./device-worker.js", (path) => {
    const bytes = `Buffer.from("${readFileSync(path).toString("base64")}", "base64")`;
    writeFileSync(kernels, `export default new WebAssembly.Module(${bytes});`);
    return kernels;
  });
  writeFileSync(join(folder, "worker.mjs"), code);
  const { sum } = await import(pathToFileURL(join(folder, "worker.mjs")).href);
  const { instantiate } = WebAssembly;
  vi.spyOn(WebAssembly, "instantiate").mockImplementation((async (module: object, imports: object) => {
    if (module instanceof WebAssembly.Module) return instantiate(module, imports as never);
    throw new WebAssembly.CompileError("Wasm code generation disallowed by embedder");
  }) as never);
  expect(await sum([1, 2, 3])).toEqual(["wasm", "Workers run WebAssembly", 2, 4, 6]);
});
