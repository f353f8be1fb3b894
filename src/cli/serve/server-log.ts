import { destination, type Logger, pino, stdTimeFunctions } from "pino";

/** A log on stderr, a JSON object a line. */
export function logger(level: string): Logger {
  return pino({ level, base: null, timestamp: stdTimeFunctions.isoTime }, destination(2));
}
