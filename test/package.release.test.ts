// The package in the runtimes that people have: the Node.js versions of today, Bun and Deno, each as npm has it.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePackage } from "../scripts/prebuild.mjs";
import { entryPoints } from "../scripts/reference.mjs";
import type { useEntries } from "./package/entries.ts";
import { compile, packageProject, run, tsc } from "./package-project.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

type Entries = Awaited<ReturnType<typeof useEntries>>;

const { folder, project, noCompiler, npmInstall, install, remove, tarball } = packageProject();

beforeAll(async () => {
  await install();
  const types = ["--types", "node", "--typeRoots", join(root, "node_modules/@types")];
  const language = ["--target", "es2023", "--module", "nodenext", "--ignoreConfig", ...types];
  for (const file of ["entries-node.ts", "serve-node.ts", "node.ts"])
    await tsc(...language, "--rewriteRelativeImportExtensions", join(project, file));
});
afterAll(() => remove());

test("the declarations of every entry point hold for the oldest TypeScript that is promised, with the browser's types and without", async () => {
  const oldest = /TypeScript (\d+\.\d+) or newer/.exec(readFileSync(join(root, "README.md"), "utf8"))![1];
  const home = join(folder, `typescript-${oldest}`);
  mkdirSync(home);
  writeFileSync(join(home, "package.json"), JSON.stringify({ private: true }));
  await npmInstall(home, `typescript@${oldest}`);
  const everything = entryPoints().map(({ name }, index) => `export * as e${index} from "${name}";`);
  writeFileSync(join(project, "everything.mts"), everything.join("\n"));
  const strict = ["--strict", "--exactOptionalPropertyTypes", "--skipLibCheck", "false", "--noEmit"];
  const language = ["--target", "es2022", "--module", "nodenext"];
  const types = ["--types", "node", "--typeRoots", join(root, "node_modules/@types")];
  for (const libraries of ["es2022", "es2022,dom"]) {
    const parameters = [...strict, ...language, ...types, "--lib", libraries];
    await compile(
      join(home, "node_modules/typescript/bin/tsc"),
      ...parameters,
      join(project, "everything.mts"),
    );
  }
});

/** What a file of the project says in a runtime. */
async function saidIn<Said>(file: string, command: string, ...parameters: string[]): Promise<Said> {
  const { stdout } = await run(command, [...parameters, file], { cwd: project, env: noCompiler });
  return JSON.parse(stdout);
}

/** What a runtime makes of a little of each entry point. */
const entriesIn = (...how: [string, ...string[]]) => saidIn<Entries>("entries-node.js", ...how);

/** What a server says to a client, computing on its own thread and on one beside it. */
const servedIn = (...how: [string, ...string[]]) => saidIn<readonly object[]>("serve-node.js", ...how);

test.each([
  { runtime: "node@20", parameters: [] },
  { runtime: "node@22", parameters: [] },
  { runtime: "node@24", parameters: [] },
  { runtime: "node@26", parameters: [] },
  { runtime: "bun", parameters: ["run"] },
  { runtime: "deno", parameters: ["run", "--allow-all", "--no-lock"] },
])(
  "every entry point does in $runtime what it does here, and so does a server",
  async ({ runtime, parameters }) => {
    const [name] = runtime.split("@");
    const home = join(folder, runtime.replace("@", "-"));
    mkdirSync(home);
    writeFileSync(join(home, "package.json"), JSON.stringify({ private: true }));
    // Node.js and Bun put their programs in place by scripts.
    await npmInstall(home, runtime, "with scripts");
    const program = join(home, "node_modules/.bin", name);
    expect(await entriesIn(program, ...parameters)).toEqual(await entriesIn(process.execPath));
    const served = await servedIn(program, ...parameters);
    expect(served).toEqual(await servedIn(process.execPath));
    expect(served[0]).toEqual(served[1]);
  },
);

test("publint and attw find nothing", async () => {
  const home = join(folder, "linters");
  mkdirSync(home);
  writeFileSync(join(home, "package.json"), JSON.stringify({ private: true }));
  await npmInstall(home, "publint@0.3.25");
  await npmInstall(home, "@arethetypeswrong/cli@0.18.5");
  const linter = (name: string, ...parameters: string[]) =>
    run(join(home, "node_modules/.bin", name), [tarball(), ...parameters], { cwd: home });
  const { stdout: linted } = await linter("publint", "--strict");
  expect(linted).toContain("All good!");
  const entries = entryPoints().map(({ name }) => name.replace(/^unrolled/, "."));
  // The package is ES modules alone, as it says.
  const checked = await linter(
    "attw",
    "--profile",
    "esm-only",
    "--format",
    "json",
    "--entrypoints",
    ...entries,
  );
  const { analysis, problems } = JSON.parse(checked.stdout);
  expect(Object.keys(analysis.entrypoints).sort()).toEqual([...entries].sort());
  const ignored = ["node10", "node16-cjs"];
  const found = Object.values(problems ?? {})
    .flat()
    .filter((each) => !ignored.includes((each as { resolutionKind?: string }).resolutionKind ?? ""));
  expect(found).toEqual([]);
});

test("with the package of its platform's kernels it runs natively, without scripts and without a compiler", async () => {
  const platform = `${process.platform}-${process.arch}`;
  makePackage(platform);
  const from = join(root, "npm", platform);
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: from });
  const [{ filename }] = JSON.parse(stdout);
  await npmInstall(project, join(folder, filename));
  const { starts } = (await saidIn<{ one: { starts: object[] } }>("node.js", process.execPath)).one;
  expect(starts).toEqual([expect.objectContaining({ backend: expect.stringMatching(/^native-/) })]);
});
