import { readdirSync } from "node:fs";
import type { FuzzTarget } from "./fuzz.ts";

/** Every reader on trial: what the files in targets/ export as `target`. */
export async function fuzzTargets(): Promise<FuzzTarget[]> {
  const folder = new URL("targets/", import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith(".ts"));
  return Promise.all(
    names.sort().map(async (name): Promise<FuzzTarget> => (await import(new URL(name, folder).href)).target),
  );
}
