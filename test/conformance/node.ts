// What another machine's Node.js says of the native kernels that it finds, written into the file that the call names.
import { writeFileSync } from "node:fs";
import { loadAddon } from "../../src/kernels/native.ts";
import { conformance } from "./table.ts";

const [, , out] = process.argv;
const native = loadAddon();
const said: Record<string, unknown> = { platform: process.platform, arch: process.arch };
if ("problem" in native) said.problem = native.problem;
else
  for (const name of native.addon.supported())
    said[name] = await conformance(`native-${name}` as "native-avx2" | "native-avx512" | "native-neon");
writeFileSync(out, JSON.stringify(said));
