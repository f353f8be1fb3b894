import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { readRegularText } from "../../platform/node-files.ts";
import { CommandError } from "../failure.ts";

const BEAT_MS = 10_000;
/** A process that has not beaten for so long is dead, even where another has its number by now. */
const DEAD_MS = 6 * BEAT_MS;
const HALF_MADE_MS = 500;

/** Keeps other processes out of a run's folder until this one ends. */
export function lockRun(path: string, runPath: string): void {
  for (;;) {
    try {
      writeFileSync(path, `${process.pid} ${startOf(process.pid)}`, { flag: "wx" });
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
  process.once("exit", () => rmSync(path, { force: true }));
}

/** The process that holds a lock; undefined if none does. */
function holderOf(path: string): number | undefined {
  try {
    const [number, start] = readRegularText(path).split(" ");
    const holder = Number(number);
    // Made, but not written: its process was killed in between, or is about to write.
    if (holder === 0 && Date.now() - statSync(path).mtimeMs < HALF_MADE_MS) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, HALF_MADE_MS);
      return holderOf(path);
    }
    if (holder === 0) return undefined;
    if (Date.now() - statSync(path).mtimeMs > DEAD_MS) return undefined;
    // In a container that was killed and started again, this process often has the number of the one before.
    if (holder === process.pid || !isRunning(holder)) return undefined;
    return start === undefined || start === startOf(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** When a process began, as Linux counts; "" where that is not known. Numbers are given out again, the time is not. */
function startOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field, the name in parentheses, may hold anything; the twenty-second is meant.
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return "";
  }
}

/** Whether there is a process with that number. */
export function isRunning(pid: number): boolean {
  try {
    // Signal 0 only asks whether the process is there.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
