import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { CommandError } from "../failure.ts";

const BEAT_MS = 10_000;
/** A process that has not beaten for so long is dead, even where another has its number by now. */
const DEAD_MS = 6 * BEAT_MS;

/** Keeps other processes out of a run's folder while this one trains there; returns what lets them in again. */
export function lockRun(path: string, runPath: string): () => void {
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const holder = holderOf(path);
      if (holder !== undefined) {
        throw new CommandError(
          `${runPath} is being trained by process ${holder}; wait for it or stop it first`,
        );
      }
      rmSync(path, { force: true });
    }
  }
  const beat = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(path, now, now);
    } catch {
      // Whoever removed the lock had a reason.
    }
  }, BEAT_MS);
  beat.unref();
  const release = () => {
    clearInterval(beat);
    rmSync(path, { force: true });
  };
  process.once("exit", release);
  return () => {
    process.off("exit", release);
    release();
  };
}

/** The process that holds a lock; undefined if none does. */
function holderOf(path: string): number | undefined {
  try {
    const holder = Number(readFileSync(path, "utf8"));
    if (Date.now() - statSync(path).mtimeMs > DEAD_MS) return undefined;
    // Signal 0 only asks whether the process is there.
    process.kill(holder, 0);
    return holder;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" ? -1 : undefined;
  }
}
