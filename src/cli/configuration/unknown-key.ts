import { closestMatch } from "leven";
import { meantFlag } from "../unknown-word.ts";
import { canonicalKey } from "./keys.ts";

/** What was probably meant: a name that has the word in it, else the one with the fewest letters to change. */
export function nearestKey(name: string, known: readonly string[]): string | undefined {
  const key = canonicalKey(name);
  const flags = known.map((each) => each.replaceAll("_", "-"));
  const meant = known.includes(key) ? undefined : meantFlag(key.replaceAll("_", "-"), flags);
  if (meant !== undefined) return meant.replaceAll("-", "_");
  const containing = known.filter((each) => each.startsWith(key) || each.split("_").includes(key));
  return closestMatch(key, containing.length > 0 ? containing : known);
}

/** "unknown key 'hiden_size' (did you mean hidden_size?)" */
export function unknownKey(name: string, known: readonly string[]): string {
  const nearest = nearestKey(name, known);
  return `unknown key '${name}'${nearest === undefined ? "" : ` (did you mean ${nearest}?)`}`;
}
