import { readFileSync } from "node:fs";
import { runClang } from "@yowasp/clang";

/** The bytes of peak.wasm, compiled by the clang that the kernels are compiled with. */
export async function compilePeakWasm() {
  const parameters =
    "clang++ --target=wasm32 -O3 -std=c++17 -msimd128 -ffp-contract=off -nostdlib -Wl,--no-entry peak-wasm.cpp -o peak.wasm";
  const source = readFileSync(new URL("peak-wasm.cpp", import.meta.url), "utf8");
  let messages = "";
  const print = (bytes) => {
    if (bytes !== null) messages += new TextDecoder().decode(bytes);
  };
  try {
    const files = await runClang(
      parameters.split(" "),
      { "peak-wasm.cpp": source },
      { stdout: print, stderr: print },
    );
    return files["peak.wasm"];
  } catch (error) {
    throw new Error(`compiling the WebAssembly peak: ${messages || error.message}`);
  }
}
