import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { NativeAddon, NativeResult } from "../kernels/backend.ts";

const build = (file: string) => new URL(`../../build/${file}`, import.meta.url);

/** The addon that this package's installation compiled, or why it did not. */
export function loadNative(): NativeResult {
  try {
    return { addon: createRequire(import.meta.url)("../../build/unrolled.node") as NativeAddon };
  } catch (error) {
    return {
      problem: whyNotBuilt() ?? `the native kernels do not load: ${(error as Error).message.split("\n")[0]}`,
    };
  }
}

function whyNotBuilt(): string | undefined {
  try {
    return JSON.parse(readFileSync(build("native.json"), "utf8")).problem ?? undefined;
  } catch {
    return "the native kernels were not built (no installation script ran)";
  }
}

/** The bytes of the WebAssembly kernels. */
export async function loadWasm(relaxed: boolean): Promise<BufferSource> {
  return await readFile(build(relaxed ? "kernels-relaxed.wasm" : "kernels.wasm"));
}
