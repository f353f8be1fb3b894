// The shape of the house, held by tests: which folder may import which, where Node is, how large a file may grow.
import { describe, expect, test } from "vitest";
import { callsSource, contractSource, readDeclarations, tableSource } from "../kernels/contract.mjs";
import { entryPoints } from "../scripts/reference.mjs";
import { SOUND_PACKAGES } from "../src/tasks/sound/decode-packed.ts";
import { filesBelow, importsOf, nodesIn, parse, resolvePath, textOf } from "./source-files.ts";

/** From the bottom up: a folder imports itself and what stands before it. */
const FOLDERS = [
  "errors",
  "import-package",
  "platform",
  "whole-numbers",
  "options",
  "random",
  "heap",
  "kernels",
  "tensor",
  "module",
  "session",
  "cells",
  "recurrent",
  "layers",
  "losses",
  "metrics",
  "optimisers",
  "parallel",
  "mpi",
  "data",
  "networks",
  "formats",
  "audio",
  "decoding",
  "models",
  "tasks",
  "open",
  "bundled",
  "training",
  "server",
  "workers",
  "inspect",
  "index",
  "entries",
  "cli",
];

/** Files that belong to Node alone. The rest runs in browsers too. */
const NODES_OWN = /^src\/(cli\/|mpi\/|platform\/node|workers\/node|data\/files\.ts|data\/corpus\/)/;

/** What only Node has, and what would be a hidden input or output. */
const FORBIDDEN_GLOBALS = new Set(["process", "console", "Buffer", "require", "__dirname", "setImmediate"]);

/** Files over 300 lines, and why each is. */
const LONG_FILES: Readonly<Record<string, string>> = {
  "kernels/kernels.h": "the one table of kernels, with what each does",
  "src/kernels/contract.ts": "written by kernels/build.mjs, one method for each kernel",
  "src/kernels/kernel-table.ts": "written by kernels/build.mjs, a method for each kernel",
};

const ENTRY_POINTS = new Set(entryPoints().map(({ name }) => name));

const sources = filesBelow("src", [".ts"]).filter((path) => !path.endsWith(".test.ts"));
const rank = (path: string) => FOLDERS.indexOf(path.split("/")[1].replace(/\.ts$/, ""));

test("an error names its call in a field of its own, not in its text", () => {
  const inText = /new UnrolledError\(\s*[^,()]+,\s*["'`](\w[\w.]*|\$\{[\w.#]+\}): .*/g;
  expect(sources.flatMap((path) => [...textOf(path).matchAll(inText)].map(([found]) => found))).toEqual([]);
});

test("every folder has its place in the order", () => {
  expect(sources.filter((path) => rank(path) < 0)).toEqual([]);
});

test("docs/architecture.md lists them in this order", () => {
  const [, tree] = /^src\/\n(.*?)^web\//ms.exec(textOf("docs/architecture.md")) ?? [];
  const listed = [...tree.matchAll(/^ {2}(\S.*?) {2,}/gm)].flatMap(([, names]) => names.split(", "));
  expect(listed.map((name) => name.replace("/", ""))).toEqual(FOLDERS);
});

test("folders import downwards only", () => {
  const upwards = sources.flatMap((path) =>
    importsOf(path)
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => resolvePath(path, specifier))
      .filter((imported) => rank(imported) > rank(path))
      .map((imported) => `${path} imports ${imported}`),
  );
  expect(upwards).toEqual([]);
});

test("only the command line, Node's side of the platform and file-backed data import Node", () => {
  const outside = sources.filter((path) => !NODES_OWN.test(path));
  expect(outside.filter((path) => importsOf(path).some((name) => name.startsWith("node:")))).toEqual([]);
  const readers = outside.filter((path) =>
    importsOf(path).some((name) => name.startsWith(".") && NODES_OWN.test(resolvePath(path, name))),
  );
  expect(readers).toEqual([]);
});

/** Modules of the library that pass on a package, which the build puts into them (scripts/bundle.mjs). */
const BUNDLED = [
  "src/data/pictures/jpeg-decoder.ts",
  "src/data/pictures/png-decoder.ts",
  "src/data/tables/csv-parser.ts",
  "src/server/web.ts",
];

test("packages are imported by the command line alone, or where the build puts them in", () => {
  const isPackage = (name: string) => !/^(\.|#|node:)/.test(name);
  const importers = sources.filter((path) => importsOf(path).some(isPackage));
  expect(importers.filter((path) => !path.startsWith("src/cli/"))).toEqual(BUNDLED);
  const imported = new Set(importers.flatMap((path) => importsOf(path).filter(isPackage)));
  const { dependencies, devDependencies, peerDependencies, peerDependenciesMeta, optionalDependencies } =
    JSON.parse(textOf("package.json"));
  const packageOf = (name: string) => /^(@[^/]+\/)?[^/]+/.exec(name)![0];
  expect([...imported].map(packageOf).filter((name) => !(name in devDependencies))).toEqual([]);
  // The headers are for compiling the addon when the package is installed.
  expect(Object.keys(dependencies)).toEqual(["node-api-headers"]);
  expect(optionalDependencies).toBeUndefined();
  // What is imported where it is installed: by its name in a call, or in a table of those that read sound.
  const named = sources.flatMap((path) =>
    Array.from(textOf(path).matchAll(/importPackage\("([^"]+)"\)/g), ([, name]) => name),
  );
  for (const name of Object.keys(peerDependencies)) {
    expect([...imported, ...named, ...SOUND_PACKAGES]).toContain(name);
    expect(peerDependenciesMeta[name]).toEqual({ optional: true });
  }
});

test("the library prints nothing, reads no environment and uses nothing that only Node has", () => {
  const found: string[] = [];
  for (const path of sources.filter((path) => !NODES_OWN.test(path))) {
    for (const node of nodesIn(parse(path).program)) {
      const used = node.type === "MemberExpression" || node.type === "CallExpression";
      const target = (node.object ?? node.callee) as { type: string; name: string } | undefined;
      if (used && target?.type === "Identifier" && FORBIDDEN_GLOBALS.has(target.name)) {
        found.push(`${path}: ${textOf(path).slice(node.start, node.end)}`);
      }
    }
  }
  expect(found).toEqual([]);
});

test("files have at most 300 lines, or a reason", () => {
  const folders = ["src", "web", "kernels", "test", "scripts", "bench", "examples"];
  const files = folders.flatMap((folder) => filesBelow(folder, [".ts", ".tsx", ".mjs", ".h", ".cpp", ".py"]));
  const long = files.filter((path) => textOf(path).trimEnd().split("\n").length > 300);
  expect(long.sort()).toEqual(Object.keys(LONG_FILES).sort());
});

test("a folder has at most 40 files beside its tests, so that what it has can be seen at once", () => {
  const counts = new Map<string, number>();
  for (const path of [...sources, ...filesBelow("web", [".ts", ".tsx"])]) {
    const folder = path.slice(0, path.lastIndexOf("/"));
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  expect([...counts].filter(([, files]) => files > 40)).toEqual([]);
});

test("the page imports the package by its name, and of npm's packages a few small ones", () => {
  const allowed =
    /^(preact|preact\/hooks|d3-[a-z]+|fflate|idb-keyval|modern-gif(\/worker\?url)?|virtual:declarations)$/;
  const isBuild = (path: string) => path === "web/vite.config.ts";
  const outside = filesBelow("web", [".ts", ".tsx"])
    .filter((path) => !isBuild(path))
    .flatMap((path) =>
      importsOf(path)
        .filter((name) =>
          name.startsWith(".")
            ? !resolvePath(path, name).startsWith("web/")
            : !ENTRY_POINTS.has(name) && !allowed.test(name),
        )
        .map((name) => `${path} imports ${name}`),
    );
  expect(outside).toEqual([]);
});

describe.each(filesBelow("examples", [".ts", ".js"]))("%s", (path) => {
  test("has at most 60 lines", () => {
    expect(textOf(path).trimEnd().split("\n").length).toBeLessThanOrEqual(60);
  });

  test("imports only the package and Node's own modules", () => {
    const outside = importsOf(path).filter((name) => !ENTRY_POINTS.has(name) && !name.startsWith("node:"));
    expect(outside).toEqual([]);
  });
});

/** Names that a file exports. */
const exportsOf = (path: string) =>
  parse(path).module.staticExports.flatMap(({ entries }) => entries.map(({ exportName }) => exportName.name));

test("what benchmarks and scripts import of the compiled library, its sources export", () => {
  const compiled = (path: string, specifier: string) =>
    resolvePath(path, specifier).replace(/^dist/, "src").replace(/\.js$/, ".ts");
  const files = ["bench", "scripts"].flatMap((folder) => filesBelow(folder, [".mjs"]));
  const imports = files.flatMap((path) =>
    parse(path)
      .module.staticImports.filter(({ moduleRequest }) => /^[./]+\/dist\//.test(moduleRequest.value))
      .map(({ moduleRequest, entries }) => ({ path, source: compiled(path, moduleRequest.value), entries })),
  );
  expect(imports.length).toBeGreaterThan(5);
  const missing = imports.flatMap(({ path, source, entries }) =>
    entries
      .filter(({ importName: { kind, name } }) => kind === "Name" && !exportsOf(source).includes(name))
      .map(({ importName }) => `${path}: ${importName.name}`),
  );
  expect(missing).toEqual([]);
});

test("the contract in TypeScript is the one that kernels.h declares", () => {
  const declarations = readDeclarations(textOf("kernels/kernels.h"));
  expect(declarations.length).toBeGreaterThan(30);
  expect(textOf("src/kernels/contract.ts")).toBe(contractSource(declarations));
  expect(textOf("src/kernels/kernel-table.ts")).toBe(tableSource(declarations));
  expect(textOf("src/kernels/by-name.ts")).toBe(callsSource(declarations, false));
  expect(textOf("src/kernels/core-by-name.ts")).toBe(callsSource(declarations, true));
});
