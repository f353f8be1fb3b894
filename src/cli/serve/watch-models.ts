import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const LOOK_MS = 1000;

/**
 * Calls back when a model has changed where it lies, once it has stayed the same for a while: who writes a folder does so file by file.
 * Returns what ends it.
 */
export function watchModels(
  models: Readonly<Record<string, string>>,
  changed: (name: string) => void,
  lookMs = LOOK_MS,
): () => void {
  const places = Object.entries(models).filter(([, place]) => !/^https?:/.test(place));
  const known = new Map(places.map(([name, place]) => [name, signatureOf(place)]));
  const seen = new Map(known);
  const timer = setInterval(() => {
    for (const [name, place] of places) {
      const now = signatureOf(place);
      const isSettled = now === seen.get(name);
      seen.set(name, now);
      if (!isSettled || now === known.get(name) || now === undefined) continue;
      known.set(name, now);
      changed(name);
    }
  }, lookMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Of all files: which there are, how large, and when they were written; undefined where nothing can be read. */
function signatureOf(place: string): string | undefined {
  try {
    const facts = statSync(place);
    if (!facts.isDirectory()) return `${facts.size} ${facts.mtimeMs} ${facts.ino}`;
    return readdirSync(place)
      .sort()
      .map((name) => {
        const { size, mtimeMs, ino } = statSync(join(place, name));
        return `${name} ${size} ${mtimeMs} ${ino}`;
      })
      .join("\n");
  } catch {
    return undefined;
  }
}
