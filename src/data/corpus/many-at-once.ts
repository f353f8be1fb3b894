/** So many requests wait at the file system at once: more bring nothing, and one for each of a hundred thousand files takes memory. */
const AT_ONCE = 256;

/** What `body` makes of each item, in their order. */
export async function manyAtOnce<Item, Result>(
  items: readonly Item[],
  body: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE)
    results.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(body))));
  return results;
}
