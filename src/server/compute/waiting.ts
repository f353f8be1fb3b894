import { UnrolledError } from "../../errors.ts";
import { DEADLINE } from "./job.ts";

/** The deadline of work has passed. */
export class DeadlineError extends Error {}

/** The longest that a timer can be set for. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Waits for something, but no longer than until a deadline.
 *
 * @throws DeadlineError; UnrolledError "aborted" once the signal is
 */
export async function waitFor(
  something: Promise<void>,
  deadlineMs: number,
  signal?: AbortSignal,
): Promise<void> {
  let end = () => {};
  const over = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, Math.min(deadlineMs - Date.now(), LONGEST_MS));
    signal?.addEventListener("abort", () => resolve(), { once: true });
    end = () => clearTimeout(timer);
  });
  await Promise.race([something, over]).finally(end);
  if (signal?.aborted) throw aborted();
  if (Date.now() >= deadlineMs) throw new DeadlineError(DEADLINE.message);
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

export function aborted(): UnrolledError {
  return new UnrolledError("aborted", "the request was given up");
}
