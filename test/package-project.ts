// The package as someone installs it: packed, in an empty project, without scripts and without a compiler.
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { setUp } from "../scripts/setup.mjs";

export const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));
/** npm hands the clone's own settings, which run no script, down to the npm that is a user's here. */
const { npm_config_ignore_scripts: _, ...environment } = process.env;

/** A folder with a project of a user's: the sources in test/package. */
export function packageProject() {
  const folder = mkdtempSync(join(tmpdir(), "unrolled-package-"));
  const project = join(folder, "project");
  const noCompiler = { ...environment, CXX: join(folder, "no-such-compiler") };
  let packed = "";
  return { folder, project, noCompiler, npmInstall, install, remove, tarball: () => packed };

  /** Packs the checkout and installs that; what the package holds. */
  async function install(): Promise<string[]> {
    const { tarball, files } = await pack(folder);
    packed = tarball;
    cpSync(join(root, "test/package"), project, { recursive: true });
    writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
    await npmInstall(project, tarball);
    return files;
  }

  function npmInstall(cwd: string, what: string, scripts: "no scripts" | "with scripts" = "no scripts") {
    const options = [
      `--ignore-scripts=${scripts === "no scripts"}`,
      "--prefer-offline",
      "--no-audit",
      "--no-fund",
    ];
    return run("npm", ["install", ...options, what], { cwd, env: noCompiler });
  }

  function remove(): void {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Packs what is in the checkout, built as it is now. */
async function pack(folder: string): Promise<{ readonly tarball: string; readonly files: string[] }> {
  setUp();
  const staged = join(folder, "staged");
  mkdirSync(staged);
  const here = ["package.json", "LICENSE", "README.md", ".gitignore", "build", "dist", "kernels", "scripts"];
  for (const path of here.filter((path) => existsSync(join(root, path)))) {
    // What a build is writing at this moment may be gone in the next.
    const filter = (source: string) => !/\.(tmp|lock)$|objects-\d+$/.test(source);
    cpSync(join(root, path), join(staged, path), { recursive: true, filter });
  }
  const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
    cwd: staged,
  });
  const [{ filename, files }] = JSON.parse(stdout);
  return { tarball: join(folder, filename), files: files.map(({ path }: { path: string }) => path) };
}

/** Compiles; what the compiler says goes into the error. */
export async function compile(compiler: string, ...parameters: string[]): Promise<void> {
  await run(process.execPath, [compiler, ...parameters]).catch((error) => {
    throw new Error(`tsc: ${error.stdout}${error.stderr}`);
  });
}
export const tsc = (...parameters: string[]) =>
  compile(join(root, "node_modules/typescript/bin/tsc"), ...parameters);

/** What several tests need, made for the first of them that runs. */
export function once<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
