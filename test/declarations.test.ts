// The text of npm start: what is held out is a fair tenth of the whole.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compressedBits } from "../scripts/compressed-bits.mjs";
import { declarationDocuments, declarationsFile } from "../scripts/declarations.mjs";

const TEXT = `/*! licence */

/// <reference lib="es2015" />

interface First {
    a: number;
}

/** About the second. */
interface Second {
    /** [MDN Reference] */
    b: string;
}

/** About the second. */
declare var Second: {
    new(): Second;
};

/**
 * Two lines
 * about a function.
 */
declare function third(): void;
type Fourth = "a" | "b";
type Fifth = "c";

/////////////////////////////
/// Again
/////////////////////////////

interface First {
    c: number;
}
`;

describe("declarations", () => {
  it("are one document for each name, with the comments above; what declares nothing is left out", () => {
    expect(declarationDocuments(TEXT).sort()).toEqual([
      "/**\n * Two lines\n * about a function.\n */\ndeclare function third(): void;",
      "/** About the second. */\ninterface Second {\n    /** [MDN Reference] */\n    b: string;\n}\n\n" +
        "/** About the second. */\ndeclare var Second: {\n    new(): Second;\n};",
      "interface First {\n    a: number;\n}\n\ninterface First {\n    c: number;\n}",
      'type Fifth = "c";',
      'type Fourth = "a" | "b";',
    ]);
  });

  it("of the browser's API are nearly the whole file, in an order that is not the file's, the same each time", () => {
    const text = readFileSync(declarationsFile(), "utf8");
    const documents = declarationDocuments(text);
    expect(documents.join("\n\n").length).toBeGreaterThan(0.999 * text.length);
    expect(declarationDocuments(text)).toEqual(documents);
    const declares = (kind: RegExp, some: readonly string[]) =>
      some.filter((document) => kind.test(document)).length / some.length;
    // The file has all of its lists of strings in its last tenth; so has any tenth now its share of them.
    const [all, last] = [documents, documents.slice(Math.round(0.9 * documents.length))];
    expect(Math.abs(declares(/^type /, all) - declares(/^type /, last))).toBeLessThan(0.06);
  });
});

it("a compression program needs fewer bits for what it has read before", async () => {
  const words = Array.from({ length: 400 }, (_, index) => Math.sin(index).toString(36)).join(" ");
  const { gzipAlone, brotliAlone, brotliAfter } = await compressedBits(words, words);
  expect(gzipAlone).toBeGreaterThan(3);
  expect(brotliAlone).toBeGreaterThan(3);
  expect(brotliAfter).toBeLessThan(0.1);
});
