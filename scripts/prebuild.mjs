// Makes npm/ of the checkout: for each platform a package with its compiled kernels, @unrolled/kernels-PLATFORM, and with --pack the package
// itself, which then names these as optional dependencies of its own version. package.json of the checkout does not name them: npm would look
// for what is not published yet. docs/decisions/0021-prebuilt-kernels.md says how they are published.
//   node scripts/prebuild.mjs                 all platforms that the compilers here can build for
//   node scripts/prebuild.mjs linux-x64       these alone
//   node scripts/prebuild.mjs --pack          and packs whatever is in npm/, with the built package
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileAddon } from "../kernels/addon-build.mjs";
import { exportsSource, readDeclarations } from "../kernels/contract.mjs";
import { compilersOf, PLATFORMS } from "./platforms.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const outputFolder = join(root, "npm");
const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));
const manifest = () => readJson(join(root, "package.json"));

/** Compiles the kernels for a platform into a file. Throws an Error with what the compiler says. */
export function buildFor(platform, file) {
  const { arch, target, link } = PLATFORMS[platform];
  const tools = compilersOf(platform);
  const folder = mkdtempSync(join(tmpdir(), "unrolled-prebuild-"));
  try {
    const declarations = readDeclarations(readFileSync(join(root, "kernels/kernels.h"), "utf8"));
    writeFileSync(join(folder, "exports.h"), exportsSource(declarations));
    const headers = dirname(createRequire(import.meta.url).resolve("node-api-headers/package.json"));
    const run = (command, ...parameters) => {
      try {
        execFileSync(command, parameters, { stdio: ["ignore", "pipe", "pipe"] });
      } catch (error) {
        throw new Error(
          `${platform}: ${command}: ${error.stderr?.toString().slice(0, 2000) || error.message}`,
        );
      }
    };
    const objects = compileAddon({
      run: (...parameters) => run(tools.compiler, ...parameters),
      arch,
      include: [join(headers, "include"), folder],
      folder,
      flags: target,
    });
    link({ run, tools, objects, file, folder, headers, sources: join(root, "kernels/platforms") });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Makes the package of a platform. */
export function makePackage(platform) {
  const { os, arch } = PLATFORMS[platform];
  const { version, license } = manifest();
  const folder = join(outputFolder, platform);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  buildFor(platform, join(folder, "unrolled.node"));
  const own = {
    name: `@unrolled/kernels-${platform}`,
    version,
    description: `The kernels of unrolled, compiled for ${platform}`,
    license,
    os: [os],
    cpu: [arch],
    main: "unrolled.node",
    files: ["unrolled.node"],
  };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(own, null, 2)}\n`);
  writeFileSync(
    join(folder, "README.md"),
    `# ${own.name}\n\nCompiled kernels of [unrolled](https://www.npmjs.com/package/unrolled) for ${platform}. Installed with it; nothing to be used alone.\n`,
  );
  cpSync(join(root, "LICENSE"), join(folder, "LICENSE"));
}

/** Packs the packages of the platforms, and the package itself, which names them. Paths of the tarballs. */
export function pack(destination = outputFolder) {
  const made = readdirSync(outputFolder).filter((name) => Object.hasOwn(PLATFORMS, name));
  const { version, ...own } = manifest();
  const staged = mkdtempSync(join(tmpdir(), "unrolled-pack-"));
  try {
    for (const path of ["LICENSE", "README.md", "build", "kernels", "scripts", "dist"])
      if (existsSync(join(root, path))) cpSync(join(root, path), join(staged, path), { recursive: true });
    const optionalDependencies = Object.fromEntries(
      made.map((name) => [`@unrolled/kernels-${name}`, version]),
    );
    writeFileSync(
      join(staged, "package.json"),
      JSON.stringify({ version, ...own, optionalDependencies }, null, 2),
    );
    return [...made.map((name) => join(outputFolder, name)), staged].map((folder) => {
      const parameters = ["pack", "--json", "--ignore-scripts", "--pack-destination", destination];
      const [{ filename }] = JSON.parse(execFileSync("npm", parameters, { cwd: folder, encoding: "utf8" }));
      return join(destination, filename.replace("@", "").replace("/", "-"));
    });
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const words = process.argv.slice(2);
  const named = words.filter((word) => !word.startsWith("--"));
  const unknown = named.find((name) => !Object.hasOwn(PLATFORMS, name));
  if (unknown) {
    console.error(`error: ${unknown} is no platform, needed ${Object.keys(PLATFORMS).join(", ")}`);
    process.exit(2);
  }
  const isPacking = words.includes("--pack");
  for (const platform of named.length > 0 || isPacking ? named : Object.keys(PLATFORMS)) {
    try {
      makePackage(platform);
      console.log(`npm/${platform}: built`);
    } catch (error) {
      rmSync(join(outputFolder, platform), { recursive: true, force: true });
      console.log(`npm/${platform}: not built, ${error.message}`);
      if (named.length > 0) process.exitCode = 1;
    }
  }
  if (isPacking) for (const tarball of pack()) console.log(tarball);
}
