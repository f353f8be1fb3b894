// The package in the runtimes that people have: the Node.js versions of today, Bun and Deno, each as npm has it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { useEntries } from "./package/entries.ts";
import { packageProject, run, tsc } from "./package-project.ts";

type Entries = Awaited<ReturnType<typeof useEntries>>;

const { folder, project, noCompiler, npmInstall, install, remove } = packageProject();

beforeAll(async () => {
  await install();
  const language = ["--target", "es2023", "--module", "nodenext", "--ignoreConfig"];
  await tsc(...language, "--rewriteRelativeImportExtensions", join(project, "entries-node.ts"));
});
afterAll(() => remove());

/** What a runtime makes of a little of each entry point. */
async function entriesIn(command: string, ...parameters: string[]): Promise<Entries> {
  const { stdout } = await run(command, [...parameters, "entries-node.js"], {
    cwd: project,
    env: noCompiler,
  });
  return JSON.parse(stdout);
}

test.each([
  { runtime: "node@22", parameters: [] },
  { runtime: "node@24", parameters: [] },
  { runtime: "bun", parameters: ["run"] },
  { runtime: "deno", parameters: ["run", "--allow-all", "--no-lock"] },
])("every entry point does in $runtime what it does here", async ({ runtime, parameters }) => {
  const [name] = runtime.split("@");
  const home = join(folder, runtime.replace("@", "-"));
  mkdirSync(home);
  writeFileSync(join(home, "package.json"), JSON.stringify({ private: true }));
  // Node.js and Bun put their programs in place by scripts.
  await npmInstall(home, runtime, "with scripts");
  const there = await entriesIn(join(home, "node_modules/.bin", name), ...parameters);
  expect(there).toEqual(await entriesIn(process.execPath));
});
