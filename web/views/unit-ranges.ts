/** Units as people write them, "3, 5-9"; nothing for all. Undefined for what cannot be read or is none of `count` units. */
export function unitsFromText(text: string, count: number): readonly number[] | "all" | undefined {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed === "all") return "all";
  const units = new Set<number>();
  for (const part of trimmed.split(",")) {
    const [, first, last = first] = /^\s*(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?\s*$/.exec(part) ?? [];
    if (first === undefined || Number(last) >= count || Number(first) > Number(last)) return undefined;
    for (let unit = Number(first); unit <= Number(last); unit++) units.add(unit);
  }
  return [...units].sort((a, b) => a - b);
}

/** The same way round: runs of three and more as ranges. */
export function unitsToText(units: readonly number[] | undefined): string {
  if (!units) return "all";
  const parts: string[] = [];
  for (let start = 0; start < units.length; ) {
    let end = start;
    while (units[end + 1] === units[end] + 1) end++;
    if (end - start >= 2) parts.push(`${units[start]}-${units[end]}`);
    else parts.push(...units.slice(start, end + 1).map(String));
    start = end + 1;
  }
  return parts.join(", ");
}
