// The project's sources as the tests of its shape read them.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Text of a file of the project. */
export function textOf(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** Files below a folder with one of these endings, as paths from the project's root with slashes. */
export function filesBelow(folder: string, endings: readonly string[]): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (entry.name === "node_modules") continue;
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) found.push(...filesBelow(path, endings));
    else if (endings.some((ending) => path.endsWith(ending))) found.push(path);
  }
  return found.sort();
}

/** A path relative to a file of the project, from the project's root. */
export function resolvePath(from: string, specifier: string): string {
  return relative(root, join(root, from, "..", specifier))
    .split(sep)
    .join("/");
}

/** A parsed TypeScript file of the project. */
export function parse(path: string): ReturnType<typeof parseSync> {
  const parsed = parseSync(path, textOf(path));
  if (parsed.errors.length > 0) throw new Error(`${path}: ${parsed.errors[0].message}`);
  return parsed;
}

/** What a file imports or exports from: types too, and imports made while it runs where they name their module. */
export function importsOf(path: string): string[] {
  const { module } = parse(path);
  const source = textOf(path);
  const reExports = module.staticExports.flatMap(({ entries }) => entries);
  const dynamic = module.dynamicImports.map(({ moduleRequest: { start, end } }) => source.slice(start, end));
  const specifiers = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...reExports.flatMap(({ moduleRequest }) => (moduleRequest ? [moduleRequest.value] : [])),
    ...dynamic.flatMap((expression) => /^["'`](.*)["'`]$/s.exec(expression)?.slice(1) ?? []),
  ];
  return [...new Set(specifiers)];
}

/** A node of a syntax tree, as little of it as is needed. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** Every node of a syntax tree, parents first. */
export function* nodesIn(tree: unknown): Generator<SyntaxNode> {
  if (typeof tree !== "object" || tree === null) return;
  if ("type" in tree && typeof tree.type === "string") yield tree as SyntaxNode;
  for (const child of Object.values(tree)) yield* nodesIn(child);
}
