// The server that tests keep sessions in: Redis or Valkey, one that is installed, or on Debian is installed by this.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { canInstall, installDebians } from "./debian.mjs";

/** The path of a server, or undefined if there is none. */
export function findRedis(environment = process.env) {
  const folders = [...(environment.PATH ?? "").split(delimiter).filter(Boolean), "/usr/bin"];
  const places = ["redis-server", "valkey-server"].flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  );
  return places.find((place) => existsSync(place));
}

/** As `findRedis`, but installs Debian's where that can be done and there is none. Tests that need it say so where it is missing. */
export function ensureRedis(say = () => {}) {
  if (findRedis() === undefined && canInstall()) {
    say("Installing Redis (apt-get install redis-server)");
    installDebians("redis-server");
  }
  return findRedis();
}
