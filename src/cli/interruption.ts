import { EXIT } from "./failure.ts";

/** A signal to the whole process group arrives twice when npm, in the same group, passes it on. */
const ECHO_MS = 500;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What hears the signals for the command that runs. */
let heard: (() => void) | undefined;

/**
 * Calls `stop` at the first Ctrl-C (or SIGTERM, or when the terminal closes), so that the command can end in good order;
 * quits at once at the second. A process runs one command at a time: the one before hears nothing more.
 */
export function onInterruption(stop: () => void): void {
  let firstMs: number | undefined;
  const hear = () => {
    if (firstMs === undefined) {
      firstMs = performance.now();
      stop();
    } else if (performance.now() - firstMs > ECHO_MS) {
      process.exit(EXIT.interrupted);
    }
  };
  for (const signal of SIGNALS) {
    if (heard) process.off(signal, heard);
    process.on(signal, hear);
  }
  heard = hear;
}

/** For commands that have nothing to keep: quits at the first Ctrl-C. */
export function quitWhenInterrupted(): void {
  onInterruption(() => process.exit(EXIT.interrupted));
}
