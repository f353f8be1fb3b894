// The text that every clone has: the browser's API as TypeScript declares it, lib.dom.d.ts from the compiler's package for this
// platform. `npm start` and the explorer's model learn from it.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export function declarationsFile() {
  const typescript = createRequire(import.meta.url).resolve("typescript/package.json");
  const platformPackage = `@typescript/typescript-${process.platform}-${process.arch}/package.json`;
  return join(dirname(createRequire(typescript).resolve(platformPackage)), "lib/lib.dom.d.ts");
}
