import { UnrolledError } from "../../errors.ts";
import type { Backend, BackendName } from "../backend.ts";
import { loadAddon } from "../native.ts";
import { openBackend } from "../select.ts";

/** Every float32 backend that this machine can run, each instruction set forced in turn. */
export async function openEveryBackend(): Promise<Backend[]> {
  const native = loadAddon();
  const sets = "addon" in native ? native.addon.supported() : [];
  const backends = [await openBackend("wasm")];
  for (const set of sets) backends.push(await openBackend(`native-${set}` as BackendName));
  try {
    backends.push(await openBackend("wasm-relaxed"));
  } catch (error) {
    // An engine without relaxed SIMD has one backend less, which is no fault.
    if (!(error instanceof UnrolledError && error.code === "unsupported-backend")) throw error;
  }
  return backends;
}
