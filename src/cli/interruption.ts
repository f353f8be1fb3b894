import { EXIT } from "./failure.ts";

/** A signal to the whole process group arrives twice when npm, in the same group, passes it on. */
const ECHO_MS = 500;

/**
 * Calls `stop` at the first Ctrl-C (or SIGTERM, or when the terminal closes), so that the command can end in good order;
 * quits at once at the second.
 */
export function onInterruption(stop: () => void): void {
  let firstMs: number | undefined;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (firstMs === undefined) {
        firstMs = performance.now();
        stop();
      } else if (performance.now() - firstMs > ECHO_MS) {
        process.exit(EXIT.interrupted);
      }
    });
  }
}

/** For commands that have nothing to keep: quits at the first Ctrl-C. */
export function quitWhenInterrupted(): void {
  onInterruption(() => process.exit(EXIT.interrupted));
}
