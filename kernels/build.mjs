// Builds the kernels: build/kernels.wasm and build/kernels-relaxed.wasm with clang from npm, and build/unrolled.node where the
// machine has a C++ compiler ($CXX, else c++). Before that it reads kernels.h and writes what follows from it: the exports'
// glue and src/kernels/contract.ts.
//
//   node kernels/build.mjs            everything
//   node kernels/build.mjs --native   the addon alone; never fails, says why there is none (used when the package is installed)

import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const kernelsFolder = join(root, "kernels");
const outputFolder = join(root, "build");
mkdirSync(outputFolder, { recursive: true });

/** The declarations of kernels.h: name, result, parameters and the comment above. */
export function readDeclarations(header) {
  const pattern = /((?:^\/\/\/.*\n)+)^(void|int|double) (\w+)\(([^)]*)\);/gm;
  return [...header.matchAll(pattern)].map(([, comment, result, name, parameters]) => ({
    name,
    result,
    comment: comment
      .trim()
      .split("\n")
      .map((line) => line.replace(/^\/\/\/ ?/, "")),
    parameters: parameters.split(",").map((parameter) => {
      const [, type, star, id] = parameter.trim().match(/^((?:const )?\w+)(\*?) (\w+)$/);
      return { type, pointer: star === "*", name: id };
    }),
  }));
}

/** The TypeScript interface of the contract. The arguments of a step of a cell and of an optimiser's have their roles as types. */
export function contractSource(declarations) {
  const methods = declarations.map(({ name, result, comment, parameters }) => {
    const has = (argument) => parameters.some((parameter) => parameter.name === argument);
    const list = parameters.map(({ name: role, type }) =>
      has("learningRate") || (has("lengths") && type !== "double")
        ? `${role}: Role<"${role}">`
        : `${role}: number`,
    );
    const head = `  ${name}(`;
    const tail = `): ${result === "void" ? "void" : "number"};`;
    const oneLine = head + list.join(", ") + tail;
    const signature = oneLine.length <= 110 ? oneLine : `${head}\n    ${list.join(",\n    ")},\n  ${tail}`;
    return `  /**\n${comment.map((line) => `   * ${line}`).join("\n")}\n   */\n${signature}`;
  });
  return `// Written by kernels/build.mjs from kernels/kernels.h; change it there.

declare const role: unique symbol;

/**
 * A number that says what it is for: a place in the heap, or a size. One of another role is no argument in its stead, while a plain
 * number, of which nothing is known, is.
 */
export type Role<Name extends string> = number & { readonly [role]?: Name };

/** Every kernel, as each backend provides it. Parameters that are pointers in C++ are element offsets into the heap; 0 is none. */
export interface Kernels {
${methods.join("\n\n")}
}
`;
}

const exportsSource = (declarations) =>
  `// Written by kernels/build.mjs from kernels.h.\n#pragma once\n#define KERNELS(X) ${declarations.map(({ name }) => `X(${name})`).join(" ")}\n`;

const wasmExportsSource = (declarations) =>
  declarations
    .map(({ name, result, parameters }) => {
      const list = parameters.map((p) => `${p.pointer ? "unsigned" : p.type} ${p.name}`).join(", ");
      const passed = parameters.map((p) => (p.pointer ? `at<${p.type}>(${p.name})` : p.name)).join(", ");
      return `extern "C" __attribute__((export_name("${name}"))) ${result} export_${name}(${list}) { return ${name}(${passed}); }`;
    })
    .join("\n");

function writeAtomically(path, content) {
  writeFileSync(`${path}.tmp`, content);
  renameSync(`${path}.tmp`, path);
}

/** Instruction sets of the addon: vector length, rows and vectors of a tile, vector registers, compiler flags. */
const nativeSets = {
  x64: [
    {
      name: "avx2",
      defines: { VL: 8, MR: 6, NV: 2, REGISTERS: 16 },
      flags: ["-mavx2", "-mfma", "-mf16c", "-mprfchw"],
    },
    {
      name: "avx512",
      defines: { VL: 16, MR: 12, NV: 2, REGISTERS: 32 },
      flags: [
        "-mavx512f",
        "-mavx512dq",
        "-mavx512bw",
        "-mavx512vl",
        "-mfma",
        "-mf16c",
        "-mprfchw",
        "-mprefer-vector-width=512",
      ],
    },
  ],
  arm64: [{ name: "neon", defines: { VL: 4, MR: 8, NV: 2, REGISTERS: 32 }, flags: [] }],
};

const definesOf = (defines) => Object.entries(defines).map(([name, value]) => `-D${name}=${value}`);

/** Compiles the addon; returns undefined, or why there is none. */
function buildNative() {
  const sets = nativeSets[process.arch];
  if (!sets) return `no native kernels for processor architecture ${process.arch}`;
  if (process.platform === "win32") return "no native kernels for Windows yet";
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
    const common = [
      "-std=c++17",
      "-O3",
      "-fPIC",
      "-fno-math-errno",
      "-ffp-contract=fast",
      "-fvisibility=hidden",
      "-Wno-psabi",
    ];
    common.push(`-I${headers}`, `-I${outputFolder}`);
    const objects = sets.map(({ name, defines, flags }) => {
      const object = join(temporary, `${name}.o`);
      run(
        ...common,
        ...flags,
        ...definesOf({ ...defines, TABLE: name }),
        "-c",
        join(kernelsFolder, "native.cpp"),
        "-o",
        object,
      );
      return object;
    });
    const addon = join(temporary, "unrolled.node");
    const link = process.platform === "darwin" ? ["-bundle", "-undefined", "dynamic_lookup"] : ["-shared"];
    run(...common, ...link, join(kernelsFolder, "addon.cpp"), ...objects, "-o", addon);
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

async function buildWasm(relaxed) {
  const { runClang } = await import("@yowasp/clang");
  // Without arguments it only reads its own parts; otherwise it would tell on stdout how far that is.
  await runClang(null, {}, { fetchProgress: () => {} });
  const files = Object.fromEntries(
    readdirSync(kernelsFolder)
      .filter((file) => /\.(h|cpp)$/.test(file))
      .map((file) => [file, readFileSync(join(kernelsFolder, file), "utf8")]),
  );
  for (const file of ["exports.h", "wasm-exports.h"])
    files[file] = readFileSync(join(outputFolder, file), "utf8");
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
    ...definesOf({ VL: 4, MR: 4, NV: 2, REGISTERS: 16 }),
    ...[
      "--no-entry",
      "--import-memory",
      "--shared-memory",
      "--max-memory=4294967296",
      "--export=__stack_pointer",
      "--export=__heap_base",
    ].map((flag) => `-Wl,${flag}`),
    ...["-Wl,-z,stack-size=262144", "-Wl,--strip-all"],
    ...["wasm.cpp", "-o", "kernels.wasm"],
  ];
  try {
    const outputs = await runClang(parameters, files, { stdout: print, stderr: print });
    writeAtomically(
      join(outputFolder, relaxed ? "kernels-relaxed.wasm" : "kernels.wasm"),
      outputs["kernels.wasm"],
    );
  } catch (error) {
    throw new Error(`the WebAssembly kernels did not compile: ${error.message}\n${log}`);
  }
}

const nativeOnly = process.argv.includes("--native");
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const declarations = readDeclarations(readFileSync(join(kernelsFolder, "kernels.h"), "utf8"));
  writeAtomically(join(outputFolder, "exports.h"), exportsSource(declarations));
  const problem = buildNative();
  writeAtomically(join(outputFolder, "native.json"), JSON.stringify({ problem: problem ?? null }));
  console.log(problem ? `native kernels: none, ${problem}` : "native kernels: built");
  if (!nativeOnly) {
    writeAtomically(join(outputFolder, "wasm-exports.h"), wasmExportsSource(declarations));
    writeAtomically(join(root, "src/kernels/contract.ts"), contractSource(declarations));
    await buildWasm(false);
    await buildWasm(true);
    console.log("WebAssembly kernels: built");
  }
}
