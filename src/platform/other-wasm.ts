/** Where the WebAssembly kernels are that training a plain language model does not fetch; a bundler finds them by these literal URLs. */
export function otherWasm(isWhole: boolean, relaxed: boolean): URL {
  if (!isWhole) return new URL("../../build/kernels-core-relaxed.wasm", import.meta.url);
  return relaxed
    ? new URL("../../build/kernels-relaxed.wasm", import.meta.url)
    : new URL("../../build/kernels.wasm", import.meta.url);
}
