// Every ```ts block of README.md and docs/ is TypeScript that the package's entry points take. A document becomes one module in which a
// block is a scope inside the one before: it sees what earlier ones declare, and may declare it again. What a snippet speaks of without
// declaring it stands before it in a comment that readers do not see: <!-- ts let text!: string; -->. Lines keep their numbers.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { filesBelow, textOf } from "./source-files.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

test("every snippet of the documents compiles", async () => {
  const folder = mkdtempSync(join(tmpdir(), "unrolled-snippets-"));
  const written = filesBelow("docs", [".md"]).filter((file) => !file.startsWith("docs/reference/"));
  try {
    for (const document of ["README.md", ...written]) {
      const file = join(folder, `${document}.mts`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, moduleOf(textOf(document)));
    }
    const compilerOptions = {
      ...{ noUnusedLocals: false, noUnusedParameters: false, types: ["node"] },
      ...{ incremental: false, tsBuildInfoFile: null },
      typeRoots: [join(root, "node_modules/@types")],
    };
    const project = { extends: join(root, "tsconfig.json"), compilerOptions, include: ["**/*.mts"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(project));
    const compiler = join(root, "node_modules/typescript/bin/tsc");
    const compiled = promisify(execFile)(process.execPath, [compiler, "-p", folder], { cwd: folder });
    const { stdout } = await compiled.catch((failed: { stdout: string }) => failed);
    expect(stdout.replaceAll(".md.mts(", ".md(")).toBe("");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** The snippets of a document as one module, each on the lines on which it stands there; imports are on the first, the title's. */
function moduleOf(document: string): string {
  // Every second part is a block.
  const parts = document.split(/^(```ts\n.*?^```$|<!-- ts\s.*?-->$)/ms);
  const imports: string[] = [];
  const code = parts.map((part, index) => {
    if (index % 2 === 0) return blank(part);
    const block = part
      .replace(/^(```ts|<!-- ts)/, "{")
      .replace(/(```|-->)$/, "")
      .replaceAll(/^export /gm, "");
    return block.replaceAll(/^import [^;]*;/gm, (statement) => {
      imports.push(statement);
      return blank(statement);
    });
  });
  return `${hoisted(imports)} export {};${code.join("")}${"}".repeat((parts.length - 1) / 2)}`;
}

/** Imports without those that come twice. */
function hoisted(imports: readonly string[]): string {
  const single = imports.flatMap((statement) => {
    const [, names, from] = /^import (.*) from (".*");$/s.exec(statement) ?? [];
    const each = names.startsWith("{") ? names.slice(1, -1).split(",") : [names];
    return each.map((name) => `import ${names.startsWith("{") ? `{ ${name.trim()} }` : name} from ${from};`);
  });
  return [...new Set(single)].join(" ");
}

const blank = (text: string) => text.replaceAll(/.+/g, "");
