import { Redis } from "ioredis";
import type { SessionStore } from "../../server/session-store.ts";
import { CommandError } from "../failure.ts";

const CONNECT_MS = 5000;

/** Writes a version and what belongs to it, if the version that is there is the one that is expected. */
const WRITE = `
local there = redis.call("HGET", KEYS[1], "version") or "0"
if there ~= ARGV[1] then return 0 end
redis.call("HSET", KEYS[1], "version", ARGV[2], "bytes", ARGV[3])
redis.call("EXPIRE", KEYS[1], ARGV[4])
return 1
`;

/**
 * Keeps sessions in Redis or Valkey, where any server finds them: each change is written at once, and one that would write over another's is
 * refused. One that was not used for `keepSeconds` is removed.
 */
export async function redisStore(url: string, keepSeconds: number): Promise<SessionStore> {
  const redis = new Redis(url, {
    connectTimeout: CONNECT_MS,
    maxRetriesPerRequest: 2,
    lazyConnect: true,
    retryStrategy: (times) => Math.min(100 * times, 2000),
  });
  // Without it each lost connection is an error that nobody hears; calls that need one fail by themselves.
  redis.on("error", () => {});
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    redis.disconnect();
    throw new CommandError(
      `${withoutPassword(url)}: ${(error as Error).message}, needed a Redis or Valkey server`,
    );
  }
  const key = (id: string) => `unrolled:${id}`;
  const kept = String(Math.ceil(keepSeconds));
  return {
    isShared: true,
    async read(id) {
      const [version, bytes] = await redis.hmgetBuffer(key(id), "version", "bytes");
      if (!version || !bytes) return undefined;
      return { version: Number(version.toString()), bytes: new Uint8Array(bytes) };
    },
    async version(id) {
      // Whoever asks for it keeps it.
      const [version] = await Promise.all([redis.hget(key(id), "version"), redis.expire(key(id), kept)]);
      return version === null ? undefined : Number(version);
    },
    async write(id, { version, bytes }, before) {
      const given = [String(before), String(version), Buffer.from(bytes), kept];
      return (await redis.eval(WRITE, 1, key(id), ...given)) === 1;
    },
    async remove(id) {
      await redis.del(key(id));
    },
    async close() {
      redis.disconnect();
    },
  };
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//");
}
