// A module of a test as JavaScript, for workers that begin with what is compiled.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "rolldown/utils";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Within the package, whose names mean what is compiled there. */
const compiled = join(root, "build", "test-modules");

/** Where a module in TypeScript is compiled, with those that it imports; undefined where one of them is not a test's. */
export function compiledModule(file: string): string | undefined {
  const place = relative(join(root, "test"), file);
  if (place.startsWith("..")) return undefined;
  let isOfTests = true;
  const { code, errors } = transformSync(file, readFileSync(file, "utf8"));
  if (errors.length > 0) return undefined;
  const linked = code.replace(/(from\s*")(\.[^"]*)\.ts"/g, (_, from: string, name: string) => {
    isOfTests &&= compiledModule(join(dirname(file), `${name}.ts`)) !== undefined;
    return `${from}${name}.js"`;
  });
  if (!isOfTests) return undefined;
  const out = join(compiled, place.replace(/\.ts$/, ".js"));
  mkdirSync(dirname(out), { recursive: true });
  // Two processes may write the same.
  const own = `${out}.${process.pid}`;
  writeFileSync(own, linked);
  renameSync(own, out);
  return out;
}
