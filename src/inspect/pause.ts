import { UnrolledError } from "../errors.ts";

/** Lets timers, messages and drawing take their turn; throws "aborted" once a signal is. */
export async function pause(call: string, signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resume) => setTimeout(resume, 0));
  if (signal?.aborted) throw new UnrolledError("aborted", { call, problem: "aborted" });
}
