// The text that every clone has: the browser's API as TypeScript declares it, lib.dom.d.ts from the compiler's package for this
// platform. `npm start` and the explorer's model learn from it.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Another seed holds out other declarations. */
const SEED = "unrolled";
const DECLARED = /^(?:declare )?(?:interface|type|var|function|namespace) (\w+)/m;

export function declarationsFile() {
  const typescript = createRequire(import.meta.url).resolve("typescript/package.json");
  const platformPackage = `@typescript/typescript-${process.platform}-${process.arch}/package.json`;
  return join(dirname(createRequire(typescript).resolve(platformPackage)), "lib/lib.dom.d.ts");
}

/**
 * A text of declarations as its documents, a document being all that is declared under one name, with the comments above it. They are
 * in an order that is drawn, by a hash of their names, so that a tenth of them is like all of them. What declares nothing, such as the
 * licence and headings, is left out.
 */
export function declarationDocuments(text) {
  const documents = new Map();
  // A declaration begins in the first column; what belongs to it is indented, or a closing brace.
  const begins = /^(?=\/\*\*[ \n]|(?<!\*\/\n)(?:declare |interface |type ))/m;
  for (const part of text.split(begins)) {
    const name = DECLARED.exec(part)?.[1];
    if (name === undefined) continue;
    const declared = part.replace(/\n\/{3}[\s\S]*$/, "\n").trimEnd();
    const before = documents.get(name);
    documents.set(name, before === undefined ? declared : `${before}\n\n${declared}`);
  }
  const rank = (name) => createHash("sha256").update(`${SEED} ${name}`).digest("hex");
  const drawn = [...documents].map(([name, document]) => [rank(name), document]).sort();
  return drawn.map(([, document]) => document);
}
