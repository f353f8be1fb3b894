import type { AnyTrainingEvent } from "./events.ts";

/**
 * An event of training as a line of a log, JSON without files, with the time; undefined for events that are files alone. `unrolled report` makes
 * a page of such a log.
 */
export function logLine(event: AnyTrainingEvent, time = new Date()): string | undefined {
  if (event.type === "model" || event.type === "checkpoint") return undefined;
  return JSON.stringify({ ...event, time: time.toISOString() });
}
