import { UnrolledError } from "../errors.ts";

/** A function body that relaxed multiply-add is part of: engines without relaxed SIMD refuse the module. */
const RELAXED_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2,
  253, 15, 253, 128, 2, 11,
]);

/** @throws UnrolledError "unsupported-backend" where WebAssembly has no relaxed SIMD */
export function requireRelaxed(): void {
  if (!WebAssembly.validate(RELAXED_PROBE)) {
    throw new UnrolledError("unsupported-backend", {
      call: "openDevice",
      problem: "backend wasm-relaxed needs an engine with WebAssembly relaxed SIMD",
    });
  }
}
