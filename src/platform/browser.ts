import type { NativeResult } from "../kernels/backend.ts";

/** A browser has no native kernels. */
export function loadNative(): NativeResult {
  return { problem: "browsers run WebAssembly" };
}

/** The bytes of the WebAssembly kernels, which a bundler finds by these literal URLs. */
export async function loadWasm(relaxed: boolean): Promise<BufferSource> {
  const url = relaxed
    ? new URL("../../build/kernels-relaxed.wasm", import.meta.url)
    : new URL("../../build/kernels.wasm", import.meta.url);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.href}: ${response.status} ${response.statusText}`);
  return await response.arrayBuffer();
}
