const MAX_DEPTH = 3;
const MAX_ENTRIES = 8;
const MAX_CHARACTERS = 80;

/**
 * A value out of a file as an error's message shows it, like JSON but short: what is long or nested deep, as a hostile file's values
 * may be without end, becomes "…".
 */
export function shown(value: unknown, depth = 0): string {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "string") {
    const cut = value.length > MAX_CHARACTERS ? `${value.slice(0, MAX_CHARACTERS)}…` : value;
    return JSON.stringify(cut);
  }
  if (typeof value !== "object" || value === null) return String(JSON.stringify(value));
  if (depth === MAX_DEPTH) return "…";
  if (Array.isArray(value)) {
    const entries = value.slice(0, MAX_ENTRIES).map((entry) => shown(entry, depth + 1));
    return `[${withRest(entries, value.length)}]`;
  }
  const keys = Object.keys(value);
  const fields = keys
    .slice(0, MAX_ENTRIES)
    .map((key) => `${shown(key)}:${shown((value as Record<string, unknown>)[key], depth + 1)}`);
  return `{${withRest(fields, keys.length)}}`;
}

function withRest(entries: readonly string[], length: number): string {
  return [...entries, ...(length > entries.length ? ["…"] : [])].join(",");
}
