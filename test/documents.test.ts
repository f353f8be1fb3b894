// What README, CHANGELOG and docs/ say of files is true: links lead somewhere, and files that are named are there.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { filesBelow, textOf } from "./source-files.ts";

const DOCUMENTS = [
  "README.md",
  "CHANGELOG.md",
  "examples/README.md",
  "bench/README.md",
  ...filesBelow("docs", [".md"]),
];
const ROOMS = ["src", "kernels", "web", "test", "examples", "bench", "scripts", "docs"];
const FILES = ROOMS.flatMap((folder) =>
  filesBelow(folder, [".ts", ".tsx", ".js", ".mjs", ".py", ".h", ".cpp", ".yaml"]),
);

describe.each(DOCUMENTS)("%s", (document) => {
  const text = textOf(document);

  test("its links lead somewhere", () => {
    const broken = [...text.matchAll(/\]\(([^)\s]+)\)/g)].filter(
      ([, target]) => !/^https?:/.test(target) && !leads(target),
    );
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  test("the files that it names are there", () => {
    const named = [...text.matchAll(/`(?!state\.)([\w./-]+\.(?:ts|tsx|mjs|h|cpp|py))`/g)].map(
      ([, file]) => file,
    );
    const missing = named.filter(
      (file) => !FILES.some((known) => known === file || known.endsWith(`/${file.replace(/^\.\//, "")}`)),
    );
    expect(missing).toEqual([]);
  });

  /** Whether there is the file, and the heading, that a link names. */
  function leads(target: string): boolean {
    const [path, anchor] = target.split("#");
    const file = path === "" ? document : join(dirname(document), path);
    if (!existsSync(join(import.meta.dirname, "..", file))) return false;
    return anchor === undefined || anchorsIn(textOf(file)).has(anchor);
  }
});

test("nothing that users read or install speaks of a folder beside the clone", () => {
  const read = ["README.md", ...filesBelow("docs", [".md"]), ...filesBelow("src", [".ts"])];
  expect(read.filter((file) => textOf(file).includes("../shared/"))).toEqual([]);
});

/** The names that GitHub gives headings. */
function anchorsIn(text: string): Set<string> {
  const titles = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) => title.toLowerCase());
  return new Set(titles.map((title) => title.replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")));
}
