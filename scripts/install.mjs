// Runs when the package is installed from npm: where no package has brought kernels for this platform along, they are compiled if there is a
// compiler. Whatever happens here, the
// installation succeeds: without them the WebAssembly kernels run, and `unrolled info` says why.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const inRoot = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Whether the package of this platform's kernels is there and loads. */
function isPrebuilt() {
  try {
    createRequire(import.meta.url)(`@unrolled/kernels-${process.platform}-${process.arch}`);
    return true;
  } catch {
    return false;
  }
}

// In a clone the set-up builds everything, this too.
if (!existsSync(inRoot("src")) && !isPrebuilt()) {
  spawnSync(process.execPath, [inRoot("kernels/build.mjs"), "--native"], {
    stdio: "ignore",
    timeout: 5 * 60 * 1000,
  });
}
