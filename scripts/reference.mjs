// Writes docs/reference, a page for each entry point of the package: every name with its signature, as TypeScript declares it, and its
// docstring. The pages are the report of the public surface too: a change of a signature shows in their difference.
//   npm run reference
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "vite";
import { CELLS } from "../src/cells/cells.ts";
import { stepOptions } from "../src/cells/step-options.ts";
import { sequenceOptions } from "../src/recurrent/sequence-options.ts";
import { LANGUAGE_OPTIONS } from "../src/tasks/language/language-options.ts";
import { LOOP_OPTIONS } from "../src/tasks/loop-settings.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
export const referenceFolder = join(root, "docs/reference");

/** Tables of options, by how declarations name them: `typeof lstm.options`. */
const TABLES = {
  ...Object.fromEntries(Object.entries(CELLS).map(([kind, { options }]) => [`${kind}.options`, options])),
  ...{ stepOptions, sequenceOptions, LANGUAGE_OPTIONS, LOOP_OPTIONS },
};

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

/** Every public name once, by the entry point on whose page it stands: its subject's, if the root has it too. */
export function describedNames() {
  const { entries, homes } = surface();
  return new Map(
    entries.map(({ name, names }) => [
      name,
      [...names.values()].filter((each) => homes.get(each.name) === name),
    ]),
  );
}

/** The text of each page by its file's name. */
export function referencePages() {
  const { entries, homes } = surface();
  return new Map(entries.map(({ name, file, names }) => [pageOf(name), page(name, file, names, homes)]));
}

let surfaceRead;
const surface = () => {
  surfaceRead ??= readSurface();
  return surfaceRead;
};

function readSurface() {
  const types = mkdtempSync(join(tmpdir(), "unrolled-types-"));
  try {
    const compiler = join(root, "node_modules/typescript/bin/tsc");
    const project = ["-p", join(root, "tsconfig.build.json"), "--emitDeclarationOnly", "--outDir", types];
    execFileSync(process.execPath, [compiler, ...project], { stdio: ["ignore", "inherit", "inherit"] });
    const declarations = new Declarations(types);
    const entries = entryPoints().map((entry) => ({ ...entry, names: declarations.exportsOf(entry.file) }));
    const homes = new Map();
    for (const { name, names } of [...entries.slice(1), entries[0]])
      for (const exported of names.keys()) if (!homes.has(exported)) homes.set(exported, name);
    for (const { names } of entries)
      for (const each of names.values()) each.inherited = declarations.inherited(each, homes);
    return { entries, homes };
  } finally {
    rmSync(types, { recursive: true });
  }
}

const pageOf = (entry) => `${entry.replaceAll("/", "-")}.md`;

function page(entry, file, names, homes) {
  const sorted = [...names.values()].sort((a, b) => (folded(a.name) < folded(b.name) ? -1 : 1));
  const here = sorted.filter(({ name }) => homes.get(name) === entry);
  const elsewhere = sorted.filter(({ name }) => homes.get(name) !== entry);
  const [, subject] =
    readFileSync(join(root, `src/${file}.ts`), "utf8").match(/^\/\/ `[^`]*`: (.*?[.;])/) ?? [];
  const parts = [
    `# ${entry}`,
    `${subject[0].toUpperCase()}${subject.slice(1).replace(/;$/, ".")} Written by \`npm run reference\` from the docstrings; letters such as T and B are those of the [notation](../notation.md).`,
  ];
  if (elsewhere.length > 0) {
    const rows = elsewhere.map(({ name, text }) => {
      const home = homes.get(name);
      return `| [\`${name}\`](${pageOf(home)}#${name.toLowerCase()}) | \`${home}\` | ${sentence(text)} |`;
    });
    parts.push(`| described elsewhere | | |\n|---|---|---|\n${rows.join("\n")}`);
  }
  for (const [kind, heading] of [
    ["value", "Functions, classes and constants"],
    ["type", "Types"],
  ]) {
    const ofKind = here.filter((each) => each.kind === kind);
    if (ofKind.length > 0) parts.push(`## ${heading}`, ...ofKind.map(section));
  }
  return `${parts.join("\n\n")}\n`;
}

function section({ name, file, text, signature, inherited }) {
  const parts = [`### ${name}`, code(signature), prose(text)];
  for (const base of inherited) parts.push(`From \`${base.name}\`, which it extends:`, code(base.signature));
  const tables = [...signature.matchAll(/typeof ([\w.]+)/g)].flatMap(([, table]) =>
    TABLES[table] ? [table] : [],
  );
  if (!signature.includes("class "))
    for (const table of new Set(tables)) parts.push(optionRows(TABLES[table]));
  parts.push(`[source](../../src/${file}.ts)`);
  return parts.join("\n\n");
}

const code = (text) => `\`\`\`ts\n${text}\n\`\`\``;

function optionRows(table) {
  const rows = Object.entries(table).map(([name, { default: value, defaultText, help, form, words }]) => {
    const named = typeof defaultText === "function" ? defaultText((option) => `\`${option}\``) : defaultText;
    const given = named ?? (value === undefined || value === null ? "" : `\`${JSON.stringify(value)}\``);
    const what = words ? words.map((word) => `\`${word}\``).join(", ") : form;
    return `| \`${name}\` | ${what} | ${given} | ${help.replaceAll("|", "\\|")} |`;
  });
  return `| option | | if not given | |\n|---|---|---|---|\n${rows.join("\n")}`;
}

/** A docstring as Markdown. */
function prose(text) {
  return text
    .replaceAll(/(`[^`]*`)|([<|*])/g, (_, verbatim, sign) => verbatim ?? `\\${sign}`)
    .replaceAll(/@throws (\w+)/g, "**Throws** `$1`")
    .replaceAll(/@param (\w+)/g, "`$1`:")
    .trim();
}

const sentence = (text) =>
  prose(text.replaceAll("\n", " ").split(/(?<=[.:]) (?=[A-Z`])|@throws/)[0]).replace(/:$/, ".");

/** Declaration files below a folder, read once each. */
class Declarations {
  #folder;
  #files = new Map();

  constructor(folder) {
    this.#folder = folder;
  }

  /** What a file exports of others, by name. */
  exportsOf(file) {
    const entries = this.#read(file).module.staticExports.flatMap((statement) => statement.entries);
    const names = entries.map(({ exportName, importName, moduleRequest }) => [
      exportName.name,
      this.#described(join(dirname(file), sourceOf(moduleRequest)), importName.name),
    ]);
    return new Map(names.map(([name, of]) => [name, { ...of, name }]));
  }

  #described(file, name) {
    const { program, module, comments, text } = this.#read(file);
    const passedOn = module.staticExports
      .flatMap(({ entries }) => entries)
      .find(({ exportName, moduleRequest }) => exportName.name === name && moduleRequest);
    if (passedOn)
      return this.#described(join(dirname(file), sourceOf(passedOn.moduleRequest)), passedOn.importName.name);
    // A function that is declared several times is overloaded.
    const found = program.body.filter((statement) => namesOf(declared(statement)).includes(name));
    if (found.length === 0) throw new Error(`${file} does not export ${name}`);
    const signature = found.map(({ start, end }) => withoutPrivate(text.slice(start, end))).join("\n");
    const [first] = found;
    const above = comments.findLast(
      ({ end }) => end <= first.start && text.slice(end, first.start).trim() === "",
    );
    const isType = /^TS(Interface|TypeAlias)/.test(declared(first).type);
    return {
      ...{ file, signature, text: above ? withoutStars(above.value) : "", kind: isType ? "type" : "value" },
      bases: basesOf(declared(first)),
    };
  }

  /** The bases of a declaration that have no page of their own, and their bases. */
  inherited({ file, bases }, homes) {
    return bases.flatMap((name) => {
      if (homes.has(name)) return [];
      const imported = this.#read(file).module.staticImports.flatMap(({ entries, moduleRequest }) =>
        entries.flatMap(({ localName, importName }) =>
          localName.value === name ? [[join(dirname(file), sourceOf(moduleRequest)), importName.name]] : [],
        ),
      );
      const [[home, called]] = [...imported, [file, name]];
      if (!this.#declares(home, called)) return [];
      const base = this.#described(home, called);
      return [{ name: called, signature: base.signature }, ...this.inherited(base, homes)];
    });
  }

  #declares(file, name) {
    return this.#read(file).program.body.some((statement) => namesOf(declared(statement)).includes(name));
  }

  #read(file) {
    let read = this.#files.get(file);
    if (!read) {
      const path = join(this.#folder, `${file}.d.ts`);
      const text = readFileSync(path, "utf8");
      const { program, module, comments } = parseSync(path, text);
      read = { program, module, comments, text };
      this.#files.set(file, read);
    }
    return read;
  }
}

const sourceOf = ({ value }) => value.replace(/\.ts$/, "");

/** By letters first, and of two that differ in case alone the capital one. */
const folded = (name) => `${name.toLowerCase()} ${name}`;

const declared = (statement) => statement.declaration ?? statement;

function namesOf(declaration) {
  if (!declaration) return [];
  return declaration.id ? [declaration.id.name] : (declaration.declarations ?? []).map(({ id }) => id.name);
}

function basesOf({ superClass, extends: interfaces = [] }) {
  const bases = [superClass, ...interfaces.map(({ expression }) => expression)];
  return bases.flatMap((base) => (base?.type === "Identifier" ? [base.name] : []));
}

/** A declaration with the docstrings inside it, but without what is private, and without the files that names come from. */
function withoutPrivate(text) {
  return text
    .replaceAll(/\n +(\/\*\*(?:[^*]|\*(?!\/))*\*\/\n +)?(#private|private [^;]*);/g, "")
    .replaceAll(/import\("[^"]*"\)\./g, "");
}

/** The text of a docstring. */
function withoutStars(comment) {
  return comment
    .replace(/^\*/, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trim())
    .join("\n")
    .trim();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pages = referencePages();
  rmSync(referenceFolder, { recursive: true, force: true });
  mkdirSync(referenceFolder, { recursive: true });
  for (const [file, text] of pages) writeFileSync(join(referenceFolder, file), text);
}
