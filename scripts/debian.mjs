// What tests need that npm does not have: on Debian it is installed.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** How long it is waited for another installation to end. */
const LOCK_SECONDS = 300;

export function isDebian() {
  return existsSync("/etc/os-release") && /^ID="?debian"?$/m.test(readFileSync("/etc/os-release", "utf8"));
}

/** Whether a package can be installed here without asking anybody. */
export function canInstall() {
  return isDebian() && process.getuid?.() === 0;
}

/** Installs one of Debian's packages. Throws an Error where that fails. */
export function installDebians(name) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  // Another installation may be under way, of another test too.
  const waiting = ["-o", `DPkg::Lock::Timeout=${LOCK_SECONDS}`];
  const aptGet = (...parameters) =>
    spawnSync("apt-get", [...waiting, ...parameters], { env, stdio: ["ignore", 2, 2] }).status;
  const install = () => aptGet("install", "-y", "-qq", "--no-install-recommends", name);
  // A fresh machine has no lists of packages, and another's may be too old.
  if (install() !== 0 && (aptGet("update", "-qq") !== 0 || install() !== 0))
    throw new Error(`apt-get install ${name} failed; what went wrong stands above`);
}
