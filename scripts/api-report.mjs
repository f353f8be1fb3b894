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
    for (const exported of names.keys()) if (!homes.has(exported)) homes.set(exported, name);
  return new Map(entries.map(({ name, names }) => [`${name.replaceAll("/", "-")}.md`, report(name, names)]));

  function report(name, names) {
    const sorted = [...names].sort(([a], [b]) => (folded(a) < folded(b) ? -1 : 1));
    const elsewhere = sorted.filter(([exported]) => homes.get(exported) !== name);
    const here = sorted.filter(([exported]) => homes.get(exported) === name);
    const lines = elsewhere.map(([exported]) => `- \`${exported}\`: \`${homes.get(exported)}\``);
    return [
      `# ${name}\n`,
      "What it exports, written by `node scripts/api-report.mjs` and held by `test/public-surface.test.ts`.\n",
      ...(lines.length > 0 ? [`Signatures of these stand elsewhere:\n\n${lines.join("\n")}\n`] : []),
      ...(here.length > 0 ? [`\`\`\`ts\n${here.map(([, text]) => text).join("\n\n")}\n\`\`\`\n`] : []),
    ].join("\n");
  }
}

/** Declaration files below a folder, read once each. */
class Declarations {
  #folder;
  #files = new Map();

  constructor(folder) {
    this.#folder = folder;
  }

  /** What a file exports of others, by name: the text of its declaration. */
  exportsOf(file) {
    const { module } = this.#read(`${file}.ts`);
    const entries = module.staticExports.flatMap(({ entries }) => entries);
    return new Map(
      entries.map(({ exportName, importName, moduleRequest }) => [
        exportName.name,
        this.#textOf(join(dirname(file), moduleRequest.value), importName.name),
      ]),
    );
  }

  #textOf(file, name) {
    const { program, module, comments, text } = this.#read(file);
    const passedOn = module.staticExports
      .flatMap(({ entries }) => entries)
      .find(({ exportName, moduleRequest }) => exportName.name === name && moduleRequest);
    if (passedOn)
      return this.#textOf(join(dirname(file), passedOn.moduleRequest.value), passedOn.importName.name);
    // A function that is declared several times is overloaded.
    const found = program.body.filter(({ declaration }) => namesOf(declaration).includes(name));
    if (found.length === 0) throw new Error(`${file} does not export ${name}`);
    return found.map(({ start, end }) => withoutComments(text, comments, start, end)).join("\n");
  }

  #read(file) {
    let read = this.#files.get(file);
    if (!read) {
      const path = join(this.#folder, file.replace(/\.ts$/, ".d.ts"));
      const text = readFileSync(path, "utf8");
      const { program, module, comments } = parseSync(path, text);
      read = { program, module, comments, text };
      this.#files.set(file, read);
    }
    return read;
  }
}

/** By letters first, and of two that differ in case alone the capital one. */
const folded = (name) => `${name.toLowerCase()} ${name}`;

function namesOf(declaration) {
  if (!declaration) return [];
  return declaration.id ? [declaration.id.name] : declaration.declarations.map(({ id }) => id.name);
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
