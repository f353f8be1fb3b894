import type { Tensor } from "../tensor/tensor.ts";
import { tracer } from "../tensor/tracing.ts";
import type { RecurrentCall, RecurrentResult } from "./recurrent-call.ts";

/** Tells observers what recurrent layers have made, as one operation. `states` are the names of the cell's. */
export function tellRecurrence(
  module: object,
  states: readonly { readonly name: string }[],
  xs: Tensor,
  { state, reset, lengths, mask }: RecurrentCall,
  { outputs, lastOutput, state: ended }: RecurrentResult,
): void {
  if (!tracer) return;
  const ends = states.map(({ name }) => [`state.${name}`, ended[name]] as const);
  tracer.operation(
    "recurrent",
    [xs, ...states.map(({ name }) => state?.[name])],
    { outputs, lastOutput, ...Object.fromEntries(ends) },
    { module, lengths, reset: reset !== undefined, mask: mask !== undefined },
  );
}
