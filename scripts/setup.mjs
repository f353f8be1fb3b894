// Makes a clone ready to run: installs packages, builds the kernels, compiles TypeScript; each only where something changed since
// the last time. `npm start` and `npm test` begin with it; by itself: node scripts/setup.mjs. What tests need beyond it is a browser.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureChromium } from "./chromium.mjs";
import { ensureMpi } from "./mpi.mjs";
import { ensureRedis } from "./redis.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url));
const LEAST_NODE = 20;
const LOCK_PATIENCE_MS = 10 * 60 * 1000;

const inRoot = (...path) => join(root, ...path);
const lockFolder = inRoot("build", "setup.lock");

/** Runs all steps that are due, one process at a time. Throws an Error with a message for people, and `exitCode` if not 1. */
export function setUp() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < LEAST_NODE)
    throw new Error(`Node.js ${LEAST_NODE} or newer is needed, this is ${process.version}`);
  withLock(() => {
    installPackages();
    buildKernels();
    compileTypeScript();
    buildExplorer();
    linkCommand();
  });
}

/** As `setUp`, a browser to test with, a server that sessions are kept in, and what trains on several machines. */
export function setUpForTests() {
  setUp();
  withLock(() => {
    ensureChromium(say);
    ensureRedis(say);
    ensureMpi("open-mpi", say);
  });
}

function installPackages() {
  const stamp = inRoot("node_modules", ".unrolled-packages");
  const wanted = hashOf([inRoot("package-lock.json")], `${process.platform} ${process.arch}`);
  if (readStamp(stamp) === wanted) return;
  // Whoever has run npm themselves need not wait for it again.
  const npmsRecord = inRoot("node_modules", ".package-lock.json");
  const isFresh = existsSync(npmsRecord) && modified(npmsRecord) >= modified(inRoot("package-lock.json"));
  if (!isFresh) {
    say("Installing packages (npm ci)");
    const npm = process.env.npm_execpath;
    const [command, first] = npm?.endsWith("js") ? [process.execPath, [npm]] : ["npm", []];
    const quietly = ["--no-audit", "--no-fund", "--loglevel=error"];
    // No package's script is needed, and this one's has nothing to do in a clone.
    run("Installing packages", command, [...first, "ci", "--ignore-scripts", ...quietly], "ignore");
  }
  writeStamp(stamp, wanted);
}

function buildKernels() {
  const stamp = inRoot("build", "kernels.stamp");
  const compiler = `${process.platform} ${process.arch} ${process.env.CXX ?? ""}`;
  const wanted = hashOf(filesBelow("kernels"), compiler);
  const outputs = [
    "kernels.wasm",
    "kernels-relaxed.wasm",
    "kernels-core.wasm",
    "kernels-core-relaxed.wasm",
    "native.json",
  ].map((name) => inRoot("build", name));
  if (readStamp(stamp) === wanted && outputs.every(existsSync)) return;
  say("Building the kernels (C++ to WebAssembly, and natively where there is a compiler)");
  run("Building the kernels", process.execPath, [inRoot("kernels", "build.mjs")]);
  writeStamp(stamp, wanted);
}

/** What is compiled, by the sources and settings that it is made of. */
function compiling() {
  const bundling = ["scripts/bundle.mjs", "scripts/licences.mjs"];
  const settings = ["package-lock.json", "tsconfig.json", "tsconfig.build.json", ...bundling].map((name) =>
    inRoot(name),
  );
  const stamp = inRoot("build", "typescript.stamp");
  const wanted = hashOf([...filesBelow("src"), ...settings]);
  const isDone = readStamp(stamp) === wanted && existsSync(inRoot("dist", "cli", "main.js"));
  return { stamp, wanted, isDone };
}

let found;

/** Whether what is compiled is of these sources, as they were when this process first asked. */
export function isCompiled() {
  found ??= compiling().isDone;
  return found;
}

function compileTypeScript() {
  const { stamp, wanted, isDone } = compiling();
  if (isDone) return;
  say("Compiling TypeScript");
  rmSync(inRoot("dist"), { recursive: true, force: true });
  const compiler = inRoot("node_modules", "typescript", "bin", "tsc");
  run("Compiling TypeScript", process.execPath, [compiler, "-p", inRoot("tsconfig.build.json")]);
  run("Bundling the command line", process.execPath, [inRoot("scripts", "bundle.mjs")]);
  writeStamp(stamp, wanted);
}

/** The page of `unrolled explore`, from sources that have been compiled before. */
function buildExplorer() {
  const stamp = inRoot("build", "explorer.stamp");
  const sources = [...filesBelow("src"), ...filesBelow("web")];
  const wanted = hashOf([...sources, inRoot("package-lock.json"), inRoot("build", "kernels.wasm")]);
  if (readStamp(stamp) === wanted && existsSync(inRoot("dist", "explorer", "index.html"))) return;
  say("Building the explorer's page");
  const vite = inRoot("node_modules", "vite", "bin", "vite.js");
  run("Building the explorer", process.execPath, [vite, "build", inRoot("web"), "--logLevel", "error"]);
  writeStamp(stamp, wanted);
}

/** Lets `npx unrolled` in a clone find the command where npx looks first. On Windows npx has to find it by itself. */
function linkCommand() {
  const link = inRoot("node_modules", ".bin", "unrolled");
  if (process.platform === "win32" || existsSync(link)) return;
  rmSync(link, { force: true });
  symlinkSync("../../dist/cli/main.js", link);
}

/** Two of these at once would build into each other: the second waits for the first. */
function withLock(body) {
  mkdirSync(inRoot("build"), { recursive: true });
  const startedMs = Date.now();
  for (let isSaid = false; ; isSaid = true) {
    try {
      mkdirSync(lockFolder);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (!isHeld()) rmSync(lockFolder, { recursive: true, force: true });
    else if (Date.now() - startedMs > LOCK_PATIENCE_MS) {
      throw new Error(
        `another set-up has been running for ten minutes; if there is none, remove ${lockFolder}`,
      );
    } else {
      if (!isSaid) say("Waiting for another set-up to finish");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  try {
    writeFileSync(join(lockFolder, "pid"), String(process.pid));
    body();
  } finally {
    rmSync(lockFolder, { recursive: true, force: true });
  }
}

/** Whether the process that took the lock still runs; one that has just taken it has not said yet who it is. */
function isHeld() {
  try {
    process.kill(Number(readFileSync(join(lockFolder, "pid"), "utf8")), 0);
    return true;
  } catch (error) {
    return error.code === "ENOENT" && existsSync(lockFolder) && Date.now() - modified(lockFolder) < 2000;
  }
}

/** Runs a program that says what goes wrong on stderr; `stdout` is where the rest goes. */
function run(what, command, parameters, stdout = 2) {
  const stdio = ["ignore", stdout, 2];
  const { status, error, signal } = spawnSync(command, parameters, { cwd: root, stdio });
  if (error) throw new Error(`${what} failed: ${command} does not run (${error.message})`);
  if (signal) throw Object.assign(new Error(`${what} was interrupted (${signal})`), { exitCode: 130 });
  if (status !== 0) throw new Error(`${what} failed with exit code ${status}; what went wrong stands above`);
}

function say(text) {
  process.stderr.write(`${text} …\n`);
}

function filesBelow(folder) {
  return readdirSync(inRoot(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** Of names within the project and contents: a copy elsewhere has the same. */
function hashOf(files, extra = "") {
  const hash = createHash("sha256").update(extra);
  for (const file of files) hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file));
  return hash.digest("hex");
}

function readStamp(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function writeStamp(path, text) {
  writeFileSync(`${path}.tmp`, text);
  renameSync(`${path}.tmp`, path);
}

function modified(path) {
  return statSync(path).mtimeMs;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    setUpForTests();
  } catch (error) {
    process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = 1;
  }
}
