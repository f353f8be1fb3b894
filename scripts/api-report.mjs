// Writes docs/api-report: for each entry point of the package what it exports, with signatures, as TypeScript declares them.
//   node scripts/api-report.mjs
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
export const reportFolder = join(root, "docs/api-report");

/** The package's entry points, the root first: what is imported, and the file below src that it is, without its ending. */
export function entryPoints() {
  const files = readdirSync(join(root, "src/entries"), { recursive: true })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -".ts".length))
    .sort();
  return [
    { name: "unrolled", file: "index" },
    ...files.map((file) => ({ name: `unrolled/${file}`, file: `entries/${file}` })),
  ];
}

/** The text of each report by its file's name. */
export function apiReports() {
  const types = mkdtempSync(join(tmpdir(), "unrolled-types-"));
  try {
    const compiler = join(root, "node_modules/typescript/bin/tsc");
    const project = ["-p", join(root, "tsconfig.build.json"), "--emitDeclarationOnly", "--outDir", types];
    execFileSync(process.execPath, [compiler, ...project], { stdio: ["ignore", "inherit", "inherit"] });
    return reportsOf(new Declarations(types));
  } finally {
    rmSync(types, { recursive: true });
  }
}

function reportsOf(declarations) {
  const entries = entryPoints().map((entry) => ({ ...entry, names: declarations.exportsOf(entry.file) }));
  // A name that the root shares with a subject is written out there.
  const homes = new Map();
  for (const { name, names } of [...entries.slice(1), entries[0]])
    for (const { id } of names.values()) if (!homes.has(id)) homes.set(id, name);
  return new Map(entries.map(({ name, names }) => [`${name.replaceAll("/", "-")}.md`, report(name, names)]));

  function report(name, names) {
    const exported = inOrder([...names]);
    const elsewhere = exported.filter(([, { id }]) => homes.get(id) !== name);
    const here = exported.filter(([, { id }]) => homes.get(id) === name);
    const lines = elsewhere.map(([exported, { id }]) => `- \`${exported}\`: \`${homes.get(id)}\``);
    const bases = basesOf(here.map(([, declaration]) => declaration));
    return [
      `# ${name}\n`,
      "What it exports. Written by `node scripts/api-report.mjs`, held by `test/public-surface.test.ts`.\n",
      ...(lines.length > 0 ? [`Signatures of these stand elsewhere:\n\n${lines.join("\n")}\n`] : []),
      ...(here.length > 0 ? [code(here)] : []),
      ...(bases.length > 0 ? [`What some of these extend, and nobody has to name:\n\n${code(bases)}`] : []),
    ].join("\n");
  }

  /** What declarations extend that no entry point exports, by name. */
  function basesOf(extending) {
    const found = new Map();
    for (const { bases } of extending)
      for (const { file, name } of bases) {
        const declaration = declarations.declarationOf(file, name);
        if (homes.has(declaration.id) || found.has(declaration.id)) continue;
        found.set(declaration.id, [name, declaration]);
        for (const [, each] of basesOf([declaration])) found.set(each.id, [each.id.split("#")[1], each]);
      }
    return inOrder([...found.values()]);
  }
}

const code = (named) => `\`\`\`ts\n${named.map(([, { text }]) => text).join("\n\n")}\n\`\`\`\n`;

/** By letters first, and of two that differ in case alone the capital one. */
const folded = (name) => `${name.toLowerCase()} ${name}`;
const inOrder = (named) => named.sort(([a], [b]) => (folded(a) < folded(b) ? -1 : 1));

/** Declaration files below a folder, read once each. */
class Declarations {
  #folder;
  #files = new Map();

  constructor(folder) {
    this.#folder = folder;
  }

  /** What a file exports of others: the declarations by name. */
  exportsOf(file) {
    const { passedOn } = this.#read(`${file}.ts`);
    return new Map([...passedOn].map(([name, { file, name: own }]) => [name, this.declarationOf(file, own)]));
  }

  /** A declaration's text, and the files and names of what it extends. */
  declarationOf(file, name) {
    const { passedOn, imported, declared, comments, text } = this.#read(file);
    const from = passedOn.get(name);
    if (from) return this.declarationOf(from.file, from.name);
    const nodes = declared.get(name);
    if (!nodes) throw new Error(`${file} does not declare ${name}`);
    const extended = nodes.flatMap(({ superClass, extends: several = [] }) => [
      ...(superClass ? [superClass.name] : []),
      ...several.map(({ expression }) => expression.name),
    ]);
    const bases = extended.flatMap((each) =>
      imported.has(each) ? [imported.get(each)] : declared.has(each) ? [{ file, name: each }] : [],
    );
    const texts = nodes.map(({ start, end }) => withoutComments(text, comments, start, end));
    return { id: `${file}#${name}`, text: texts.join("\n").replaceAll(/^declare /gm, ""), bases };
  }

  #read(file) {
    let read = this.#files.get(file);
    if (!read) {
      const path = join(this.#folder, file.replace(/\.ts$/, ".d.ts"));
      const text = readFileSync(path, "utf8");
      const { program, module, comments } = parseSync(path, text);
      const place = (specifier, name) => ({ file: join(dirname(file), specifier), name });
      const passedOn = new Map();
      for (const { exportName, importName, moduleRequest } of module.staticExports.flatMap((e) => e.entries))
        if (moduleRequest) passedOn.set(exportName.name, place(moduleRequest.value, importName.name));
      const imported = new Map();
      for (const { moduleRequest, entries } of module.staticImports)
        for (const { importName, localName } of entries)
          imported.set(localName.value, place(moduleRequest.value, importName.name));
      // A function that is declared several times is overloaded.
      const declared = new Map();
      for (const node of program.body)
        for (const name of namesOf(node.declaration ?? node))
          declared.set(name, [...(declared.get(name) ?? []), node.declaration ?? node]);
      read = { passedOn, imported, declared, comments, text };
      this.#files.set(file, read);
    }
    return read;
  }
}

function namesOf(declaration) {
  if (declaration.id) return [declaration.id.name];
  return declaration.declarations?.map(({ id }) => id.name) ?? [];
}

function withoutComments(text, comments, start, end) {
  let kept = "";
  let at = start;
  for (const comment of comments.filter((each) => each.start >= start && each.end <= end)) {
    kept += text.slice(at, comment.start);
    at = comment.end;
  }
  const lines = (kept + text.slice(at, end)).split("\n").map((line) => line.trimEnd());
  return lines.filter((line) => line !== "" && !/^ +(#private|private .*);$/.test(line)).join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  rmSync(reportFolder, { recursive: true, force: true });
  mkdirSync(reportFolder, { recursive: true });
  for (const [file, text] of apiReports()) writeFileSync(join(reportFolder, file), text);
}
