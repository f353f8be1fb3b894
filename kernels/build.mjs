// Builds the kernels: build/kernels.wasm, kernels-core.wasm and both for relaxed SIMD with clang from npm, and build/unrolled.node where the
// machine has a C++ compiler ($CXX, else c++). Before that it reads kernels.h and writes what follows from it: the exports'
// glue, src/kernels/contract.ts, kernel-table.ts, by-name.ts and core-by-name.ts.
//
//   node kernels/build.mjs            everything, each part in a process of its own
//   node kernels/build.mjs --native   the addon alone; never fails, says why there is none (used when the package is installed)

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileAddon, definesOf, instructionSets } from "./addon-build.mjs";
import {
  callsSource,
  contractSource,
  exportsSource,
  readDeclarations,
  tableSource,
  wasmExportsSource,
} from "./contract.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const kernelsFolder = join(root, "kernels");
const outputFolder = join(root, "build");
mkdirSync(outputFolder, { recursive: true });

function writeAtomically(path, content) {
  writeFileSync(`${path}.tmp`, content);
  renameSync(`${path}.tmp`, path);
}

/** Compiles the addon; returns undefined, or why there is none. */
function buildNative() {
  if (!instructionSets[process.arch]) return `no native kernels for processor architecture ${process.arch}`;
  if (process.platform === "win32")
    return "on Windows they are not compiled; the package @unrolled/kernels-win32-x64 has them";
  const compiler = process.env.CXX || "c++";
  const run = (...parameters) => execFileSync(compiler, parameters, { stdio: ["ignore", "pipe", "pipe"] });
  try {
    run("--version");
  } catch {
    return `no C++ compiler: \`${compiler}\` does not run`;
  }
  const temporary = join(outputFolder, `objects-${process.pid}`);
  mkdirSync(temporary, { recursive: true });
  try {
    const headers = join(
      dirname(createRequire(import.meta.url).resolve("node-api-headers/package.json")),
      "include",
    );
    const include = [headers, outputFolder];
    const objects = compileAddon({ run, arch: process.arch, include, folder: temporary });
    const addon = join(temporary, "unrolled.node");
    const link = process.platform === "darwin" ? ["-bundle", "-undefined", "dynamic_lookup"] : ["-shared"];
    run(...link, ...objects, "-o", addon);
    renameSync(addon, join(outputFolder, "unrolled.node"));
    return undefined;
  } catch (error) {
    return `the native kernels did not compile: ${String(error.stderr ?? error.message)
      .split("\n")
      .slice(0, 20)
      .join("\n")}`;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** `core`: with the kernels alone that kernels.h has before "the rest", and of these what a plain language model calls. */
async function buildWasm(core, relaxed) {
  const { runClang } = await import("@yowasp/clang");
  // Without arguments it only reads its own parts; otherwise it would tell on stdout how far that is.
  await runClang(null, {}, { fetchProgress: () => {} });
  const files = Object.fromEntries(
    readdirSync(kernelsFolder)
      .filter((file) => /\.(h|cpp)$/.test(file))
      .map((file) => [file, readFileSync(join(kernelsFolder, file), "utf8")]),
  );
  files["exports.h"] = readFileSync(join(outputFolder, "exports.h"), "utf8");
  files["wasm-exports.h"] = wasmExportsSource(declarations.filter(({ isCore }) => isCore || !core));
  let log = "";
  const print = (bytes) => {
    if (bytes) log += new TextDecoder().decode(bytes);
  };
  const parameters = [
    "clang++",
    "--target=wasm32-unknown-unknown",
    ...[
      "-std=c++17",
      "-Os",
      "-nostdlib",
      "-ffreestanding",
      "-fno-exceptions",
      "-fno-rtti",
      "-fno-math-errno",
      "-ffp-contract=off",
    ],
    ...["-msimd128", "-matomics", "-mbulk-memory", "-mnontrapping-fptoint", "-Wno-unknown-pragmas"],
    ...(relaxed ? ["-mrelaxed-simd", "-DRELAXED"] : []),
    ...(core ? ["-DCORE"] : []),
    ...definesOf({ VL: 4, MR: 4, NV: 2, REGISTERS: 16 }),
    ...[
      "--no-entry",
      "--import-memory",
      "--shared-memory",
      "--max-memory=4294967296",
      "--export=__stack_pointer",
      "--export=__heap_base",
    ].map((flag) => `-Wl,${flag}`),
    ...["-Wl,-z,stack-size=262144"],
    ...["-Wl,--strip-all", "-Wl,--compress-relocations"],
    ...["wasm.cpp", "-o", "kernels.wasm"],
  ];
  try {
    const outputs = await runClang(parameters, files, { stdout: print, stderr: print });
    writeAtomically(
      join(outputFolder, `kernels${core ? "-core" : ""}${relaxed ? "-relaxed" : ""}.wasm`),
      outputs["kernels.wasm"],
    );
  } catch (error) {
    throw new Error(`the WebAssembly kernels did not compile: ${error.message}\n${log}`);
  }
}

/** What of the kernels is built by a process of its own. */
const parts = {
  native() {
    const problem = buildNative();
    writeAtomically(join(outputFolder, "native.json"), JSON.stringify({ problem: problem ?? null }));
    console.log(problem ? `native kernels: none, ${problem}` : "native kernels: built");
  },
  kernels: () => buildWasm(false, false),
  "kernels-relaxed": () => buildWasm(false, true),
  "kernels-core": () => buildWasm(true, false),
  "kernels-core-relaxed": () => buildWasm(true, true),
};

/** Builds all parts, as many at once as there are processors. */
async function buildAll() {
  const left = Object.keys(parts);
  const buildNext = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const child = spawn(process.execPath, [fileURLToPath(import.meta.url), name], { stdio: "inherit" });
      const [code] = await once(child, "exit");
      if (code !== 0) throw new Error(`${name} was not built`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, buildNext));
}

const [only] = process.argv.slice(2);
const declarations = readDeclarations(readFileSync(join(kernelsFolder, "kernels.h"), "utf8"));
if (only in parts) {
  await parts[only]();
} else {
  writeAtomically(join(outputFolder, "exports.h"), exportsSource(declarations));
  if (only === "--native") {
    parts.native();
  } else {
    writeAtomically(join(root, "src/kernels/contract.ts"), contractSource(declarations));
    writeAtomically(join(root, "src/kernels/kernel-table.ts"), tableSource(declarations));
    writeAtomically(join(root, "src/kernels/by-name.ts"), callsSource(declarations, false));
    writeAtomically(join(root, "src/kernels/core-by-name.ts"), callsSource(declarations, true));
    await buildAll();
    console.log("WebAssembly kernels: built");
  }
}
