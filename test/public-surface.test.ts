// What `import … from "unrolled"` and `from "unrolled/…"` offer: held by the pages of the reference, each name explained where it is declared.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  type Described,
  describedNames,
  entryPoints,
  referenceFolder,
  referencePages,
} from "../scripts/reference.mjs";
import { importsOf, parse, resolvePath, textOf } from "./source-files.ts";

/** What a newcomer can take in. */
const AT_MOST_AT_THE_ROOT = 45;

interface Exported {
  readonly name: string;
  readonly isType: boolean;
  /** The file that declares it, and its name there. */
  readonly path: string;
  readonly declaredName: string;
}

/** What an entry point exports, all of it from other files. */
function exportedFrom(entryPoint: string): Exported[] {
  return parse(entryPoint).module.staticExports.flatMap(({ entries }) =>
    entries.map(({ exportName, importName, moduleRequest, isType }) => ({
      name: exportName.name ?? "",
      isType,
      path: resolvePath(entryPoint, moduleRequest?.value ?? ""),
      declaredName: importName.name ?? "",
    })),
  );
}

test("the pages in docs/reference are those of the sources; `npm run reference` writes them again", () => {
  const written = readdirSync(referenceFolder).map(
    (file) => [file, readFileSync(join(referenceFolder, file), "utf8")] as const,
  );
  expect(Object.fromEntries(written)).toEqual(Object.fromEntries(referencePages()));
});

describe("a docstring says", () => {
  const values = [...describedNames().values()].flat().filter(({ kind }) => kind === "value");
  const told = ({ text, signature, inherited }: Described) =>
    [text, signature, ...inherited.map((base) => base.signature)].join("\n");

  test("the shapes of tensors: in brackets, or which axes or entries are meant", () => {
    const silent = values
      .filter(({ signature }) => /\bTensor\b/.test(signature))
      .filter((each) => !/\[[^\]"]*\]|shape|entry by entry|entries|axis/.test(told(each)));
    expect(silent.map(({ name, file }) => `${name} (${file})`)).toEqual([]);
  });

  test("what is thrown", () => {
    const silent = values.filter((each) => throwsItself(each) && !/throws/i.test(told(each)));
    expect(silent.map(({ name, file }) => `${name} (${file})`)).toEqual([]);
  });
});

/** Whether the function or class of a name has a `throw` of its own. */
function throwsItself({ name, file }: Described): boolean {
  const path = `src/${file}.ts`;
  const source = textOf(path);
  const named = parse(path).program.body.filter(
    (statement) =>
      statement.type === "ExportNamedDeclaration" &&
      statement.declaration &&
      "id" in statement.declaration &&
      (statement.declaration.id as { readonly name?: string } | null)?.name === name,
  );
  return named.some(({ start, end }) => /\bthrow\b/.test(source.slice(start, end)));
}

test("the root has the names that a newcomer needs, and no more", () => {
  const values = exportedFrom("src/index.ts").filter(({ isType }) => !isType);
  expect(values.length).toBeLessThanOrEqual(AT_MOST_AT_THE_ROOT);
});

test("package.json offers the root, every file in src/entries and nothing else", () => {
  const { exports } = JSON.parse(textOf("package.json"));
  const offered = (file: string) => ({ types: `./dist/${file}.d.ts`, default: `./dist/${file}.js` });
  expect(exports).toEqual({
    ".": offered("index"),
    "./*": offered("entries/*"),
    "./package.json": "./package.json",
  });
});

test("what is tried at random is what every entry point exports", () => {
  const tried = importsOf("test/fuzz/surface/public-names.ts");
  expect(tried).toEqual(entryPoints().map(({ name }) => name));
});

describe.each(entryPoints())("$name", ({ file }) => {
  test("each name has a docstring right above it", () => {
    const bare = exportedFrom(`src/${file}.ts`).filter(
      ({ path, declaredName }) => !isExplained(path, declaredName),
    );
    expect(bare.map(({ name, path }) => `${name} (${path})`)).toEqual([]);
  });
});

/** Whether the statement that declares and exports a name follows a docstring, with nothing but space between. */
function isExplained(path: string, name: string): boolean {
  const { module, comments } = parse(path);
  for (const { entries, start } of module.staticExports) {
    const entry = entries.find(({ exportName }) => exportName.name === name);
    if (entry?.moduleRequest)
      return isExplained(resolvePath(path, entry.moduleRequest.value), entry.importName.name ?? "");
    if (!entry) continue;
    const source = textOf(path);
    return comments.some(
      ({ value, end }) => value.startsWith("*") && end <= start && source.slice(end, start).trim() === "",
    );
  }
  throw new Error(`${path} does not export ${name}`);
}
