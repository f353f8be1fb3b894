/**
 * A key that an object of a JSON text has twice, if any. JSON.parse keeps the last of two equal keys, so they are looked for in the
 * text, which is known to be valid.
 */
export function duplicateKey(json: string): string | undefined {
  const keysOfObject: Set<string>[] = [];
  for (const [part] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"\s*:?|[{}]/g)) {
    if (part === "{") keysOfObject.push(new Set());
    else if (part === "}") keysOfObject.pop();
    else if (part.endsWith(":")) {
      const key: string = JSON.parse(part.slice(0, -1));
      const keys = keysOfObject[keysOfObject.length - 1];
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}
