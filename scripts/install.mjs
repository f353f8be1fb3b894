// Runs when the package is installed from npm: compiles the native kernels if there is a compiler. Whatever happens here, the
// installation succeeds: without them the WebAssembly kernels run, and `unrolled info` says why.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const inRoot = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

// In a clone the set-up builds everything, this too.
if (!existsSync(inRoot("src"))) {
  spawnSync(process.execPath, [inRoot("kernels/build.mjs"), "--native"], {
    stdio: "ignore",
    timeout: 5 * 60 * 1000,
  });
}
