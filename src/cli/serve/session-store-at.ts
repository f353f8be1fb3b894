import type { SessionStore } from "../../server/session-store.ts";

/** Where sessions are kept, and how long after their last use: a folder, or a Redis or Valkey server by its URL. */
export async function sessionStoreAt(
  place: string | undefined,
  keepSeconds: number,
): Promise<SessionStore | undefined> {
  if (place === undefined) return undefined;
  if (/^(rediss?|valkeys?):\/\//.test(place)) {
    const { redisStore } = await import("./redis-store.ts");
    return redisStore(place.replace(/^valkey/, "redis"), keepSeconds);
  }
  const { folderStore } = await import("./folder-store.ts");
  return folderStore(place, keepSeconds);
}
