// A model as one file of JavaScript: the parts of the library that its task needs, which the package has ready, and what only this model has.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Bundle } from "../../bundled/bundle.ts";
import { CommandError } from "../failure.ts";

/** Where the build puts the library's parts, as modules of the older kind: each is a function of what it requires. */
const parts = new URL(
  import.meta.url.endsWith(".ts") ? "../../../dist/bundled/" : "../../bundled/",
  import.meta.url,
);

/** The text of a part of the package. */
function partText(name: string): string {
  try {
    return readFileSync(fileURLToPath(new URL(name, parts)), "utf8");
  } catch {
    throw new CommandError(
      `${name} of the package is not there; in a clone, npm run build makes it; else install it again`,
    );
  }
}

/** Names that the module of a kind of model exports, in the order of its declarations. */
export function exportedNames(kind: string): string[] {
  const declared = partText(`declarations/${kind}.d.ts`);
  return [...declared.matchAll(/^export declare (?:const|function) (\w+)/gm)].map(([, name]) => name);
}

/** What TypeScript is told of the module, which needs nothing else. */
export function bundledDeclarations(kind: string): string {
  const own = partText(`declarations/${kind}.d.ts`);
  const used = [...own.matchAll(/^import type .* from "\.\/(.*)";$/gm)].map(([, name]) =>
    partText(`declarations/${name}`),
  );
  return [...used, own].map((text) => text.replaceAll(/^import type .*;\n+/gm, "")).join("\n");
}

/** The module of a model, or a script that sets `globalThis[global]` to what the module exports. */
export function bundledModule(
  kind: string,
  bundle: Bundle,
  { global }: { readonly global?: string | undefined } = {},
): string {
  const made = `(() => {
${runtime(kind)}
return required("${kind}.js").bundled(${JSON.stringify(bundle)});
})()`;
  const text =
    global !== undefined
      ? `globalThis[${JSON.stringify(global)}] = ${made};\n`
      : `const model = ${made};\nexport const { ${exportedNames(kind).join(", ")} } = model;\n`;
  return inAscii(text);
}

/** A script is read as its page is encoded, which may not be UTF-8. In texts, patterns and names an escape stands for any character. */
function inAscii(text: string): string {
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The part of a kind of model and all that it requires, each once, run when it is first required. */
function runtime(kind: string): string {
  const found = new Map<string, string>();
  const find = (name: string) => {
    if (found.has(name)) return;
    const text = partText(name);
    found.set(name, text);
    for (const [, required] of text.matchAll(/\brequire\([`"']\.\/([^`"']+)[`"']\)/g)) find(required);
  };
  find(`${kind}.js`);
  const functions = [...found].map(
    ([name, text]) => `${JSON.stringify(name)}: (exports, require) => {${text.trim()}\n}`,
  );
  return `const parts = {
${functions.join(",\n")}
};
const made = {};
const required = (name) => {
  if (!made[name]) parts[name]((made[name] = {}), (path) => required(path.slice(2)));
  return made[name];
};`;
}
