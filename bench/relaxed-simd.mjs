// Node 20 has relaxed SIMD behind a flag; later versions have it anyway and need none.
import { setFlagsFromString } from "node:v8";

if (Number.parseInt(process.versions.node, 10) < 22) setFlagsFromString("--experimental-wasm-relaxed-simd");
