import { Option } from "commander";

/** `--backend`, the same for every command that runs a model. */
export function backendOption(): Option {
  return new Option("--backend <name>", "kernels to run on; auto is the fastest there are")
    .choices([
      "auto",
      "native",
      "native-avx2",
      "native-avx512",
      "native-neon",
      "wasm",
      "wasm-relaxed",
      "reference",
    ])
    .default("auto");
}
