// The browser that the tests and the explorer's benchmarks drive: one that is installed, or on Debian is installed by this.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { posix, win32 } from "node:path";
import { canInstall, installDebians, isDebian } from "./debian.mjs";

const COMMANDS = [
  ...["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
  ...["microsoft-edge", "microsoft-edge-stable"],
];
const APPLICATIONS = ["Google Chrome", "Chromium", "Microsoft Edge"];
const WINDOWS = ["Google\\Chrome\\Application\\chrome.exe", "Microsoft\\Edge\\Application\\msedge.exe"];

/** Where browsers of Chromium's kind are on a platform, the likeliest first. */
export function chromiumPlaces(platform = process.platform, environment = process.env) {
  const { join, delimiter } = platform === "win32" ? win32 : posix;
  if (platform === "win32") {
    const folders = ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].map((name) => environment[name]);
    return WINDOWS.flatMap((path) => folders.filter(Boolean).map((folder) => join(folder, path)));
  }
  const folders = [...(environment.PATH ?? "").split(delimiter).filter(Boolean), "/usr/bin"];
  const commands = COMMANDS.flatMap((name) => folders.map((folder) => join(folder, name)));
  if (platform !== "darwin") return [...new Set(commands)];
  const ofAll = APPLICATIONS.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  return [...ofAll, ...ofAll.map((path) => join(environment.HOME ?? "", path)), ...new Set(commands)];
}

/** The path of the browser at $CHROMIUM, else of an installed one; undefined if there is none. */
export function findChromium(platform = process.platform, environment = process.env) {
  const { CHROMIUM } = environment;
  if (CHROMIUM) {
    if (existsSync(CHROMIUM)) return CHROMIUM;
    throw new Error(`CHROMIUM is ${CHROMIUM}, which does not exist; needed the path of a Chromium or Chrome`);
  }
  return chromiumPlaces(platform, environment).find((path) => existsSync(path) && answers(path, platform));
}

/** Ubuntu has a command that runs only once something else is installed. Elsewhere a browser that is asked may open a window. */
function answers(path, platform) {
  return platform !== "linux" || spawnSync(path, ["--version"], { stdio: "ignore" }).status === 0;
}

/** As `findChromium`, but installs Debian's where that can be done and there is none. Throws an Error that says what to install. */
export function ensureChromium(say = () => {}) {
  const found = findChromium();
  if (found) return found;
  if (canInstall()) {
    say("Installing Chromium (apt-get install chromium)");
    installDebians("chromium");
    const installed = findChromium();
    if (installed) return installed;
  }
  throw new Error(`no browser to test with was found: ${advice()}, or set CHROMIUM to the path of one`);
}

function advice() {
  if (process.platform === "linux" && isDebian())
    return "install Chromium (as root: apt-get install chromium)";
  return "install Chromium, Google Chrome or Microsoft Edge";
}
