import "./relaxed-simd.mjs";
import { startPeer } from "./peer-process.mjs";
import { peaks } from "./peers.mjs";

/** Operations of one sweep of the loop (a fraction of a millisecond), and seconds of sweeps whose median is taken. */
const SWEEP = 2e7;
const SECONDS = 0.05;

/** relaxed_swizzle of two constants: engines without relaxed SIMD refuse the module. */
const relaxedProbe = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2,
  253, 15, 253, 128, 2, 11,
]);

/** Whether this Node can run what an engine needs. */
export const runsHere = (engine) => engine !== "wasm-relaxed" || WebAssembly.validate(relaxedProbe);

/**
 * Measures the machine itself: `peak(engine)` is what one core does at this moment in GFLOP/s, by the widest vectors of
 * its native code or by WebAssembly's; `history` keeps every value in order, in which a drifting clock shows.
 */
export async function openMachine() {
  const native = await startPeer("peak (native)", peaks.native);
  const wasm = await startPeer("peak (wasm)", peaks.wasm);
  const measure = async (process, lanes) => {
    const { seconds } = await process.ask({ name: `peak-${lanes}`, lanes, operations: SWEEP }, SECONDS);
    return SWEEP / seconds / 1e9;
  };

  const nativeByLanes = {};
  for (const lanes of [4, 8, 16]) {
    // A length that this processor does not have is answered with an error.
    const value = await measure(native, lanes).catch(() => null);
    if (value !== null) nativeByLanes[lanes] = value;
  }
  const widest = Math.max(...Object.keys(nativeByLanes));
  const history = { native: [], wasm: [] };

  return {
    introduction: { compiler: native.introduction.version, wasm: wasm.introduction.version },
    nativeByLanes,
    widest,
    history,
    async peak(engine) {
      const kind = engine === "native" ? "native" : "wasm";
      const value = kind === "native" ? await measure(native, widest) : await measure(wasm, 4);
      history[kind].push(value);
      return value;
    },
    stop() {
      native.stop();
      wasm.stop();
    },
  };
}
