import type { SessionStore } from "../../server/session-store.ts";

/** Where sessions are kept: a folder, or a Redis or Valkey server by its URL. */
export async function sessionStoreAt(place: string | undefined): Promise<SessionStore | undefined> {
  if (place === undefined) return undefined;
  if (/^(rediss?|valkeys?):\/\//.test(place)) {
    const { redisStore } = await import("./redis-store.ts");
    return redisStore(place.replace(/^valkey/, "redis"));
  }
  const { folderStore } = await import("./folder-store.ts");
  return folderStore(place);
}
