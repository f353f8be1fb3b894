// Makes the compiled command line in dist/cli a few files instead of two hundred, because a start that reads and links each of them
// takes half as long again. What it uses of other packages is in these files too, with their licences beside them, so that who
// installs this package installs no others. The library in dist stays as it is, and so do the workers, which start from there.
//   node scripts/bundle.mjs [folder, dist if not given]
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { licencesOf } from "./licences.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
/** What is native is installed by whoever wants it. */
const optionalPeers = Object.keys(peerDependencies);

/** Groups of files by their paths below the compiled folder or the clone, whatever the folders above these are called. */
function groupsBelow(dist, groups) {
  const below = (id) => (id.startsWith(dist) ? id.slice(dist.length) : `/${relative(root, id)}`);
  return groups.map(({ name, test }) => ({ name, test: (id) => test.test(below(id)) }));
}

/** Bundles `cli` in a folder of compiled TypeScript, in place. */
export async function bundleCommandLine(dist) {
  const cli = join(dist, "cli");
  const bundle = await rolldown({
    // The second is imported by processes that the first starts.
    input: { main: join(cli, "main.js"), "sweep/end-with-parent": join(cli, "sweep", "end-with-parent.js") },
    platform: "node",
    cwd: root,
    // What a command has loaded anyway is there at once for what asks for it later.
    checks: { ineffectiveDynamicImport: false },
    external: (name) => isBuiltin(name) || optionalPeers.includes(name),
    resolve: {
      alias: Object.fromEntries(
        ["#platform", "#task-worker"].map((name) => [name, join(dist, "platform", "node.js")]),
      ),
    },
    plugins: [
      {
        name: "packages of the clone",
        resolveId(name, importer) {
          const isPackage = !/^(\.|\/|#|[A-Za-z]:)/.test(name) && importer?.startsWith(dist);
          return isPackage ? this.resolve(name, join(root, "package.json")) : null;
        },
      },
      {
        name: "where modules stood",
        transform: (code, id) => (id.startsWith(dist) ? asBefore(code, relative(cli, id)) : null),
      },
    ],
  });
  const { output } = await bundle.generate({
    dir: cli,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
    codeSplitting: {
      // What every command that runs a model needs is one file, and so is what most commands share, or several alike. What few
      // commands need of models from elsewhere brings along all that reads them, and stays apart.
      groups: groupsBelow(dist, [
        {
          name: "engine",
          test: /[\\/](models|tensor|decoding)[\\/](?!open|external-data)|[\\/]language[\\/](folder[\\/](open-language|read-language|language-folder)|model[\\/](token-reader|generate-text)|evaluation[\\/](evaluate|dynamic))/,
        },
        {
          name: "shared",
          test: /[\\/]cli[\\/](failure|interruption|json-lines|model-folder|model-at|flags[\\/](option-values|backend-option|reading-options)|screen[\\/](read-prompt|amounts|visible-token)|inspect[\\/](aspect-names|visible-token)|option-of-task|facts[\\/]settings-text)\.js$/,
        },
        {
          name: "facts",
          test: /[\\/]cli[\\/]facts[\\/](gate-places|onnx-facts|model-facts|layer-text|facts-text)\.js$/,
        },
        { name: "tokenizers", test: /[\\/]data[\\/]tokenizers[\\/]/ },
        {
          name: "texts",
          test: /[\\/](cli[\\/](scored-files|expand-globs)|language[\\/]presets|training[\\/]resolve-settings)\.js$/,
        },
        { name: "report", test: /[\\/]cli[\\/](report[\\/]|run[\\/]run-report)/ },
        { name: "terminal", test: /[\\/]cli[\\/](screen[\\/](live-block|wrap|bar-chart)|asked-task)\.js$/ },
        {
          // A command is added in a few lines, and what each of these needs to run is imported when it runs.
          name: "commands",
          test: /[\\/]cli[\\/]commands[\\/](info|convert|bundle|inspect|reach|explore|predict|eval|report|completion|serve|task)-command\.js$/,
        },
        {
          name: "conversion",
          test: /[\\/]cli[\\/](bundle[\\/]|commands[\\/](convert|bundle|conversion|encoder-decoder-graphs)\.js$)/,
        },
        {
          name: "sweep",
          test: /[\\/]cli[\\/](commands[\\/]sweep|sweep[\\/](?!end-with-parent)[a-z-]+)\.js$/,
        },
        // What processes that train together need; whoever is alone reads none of it.
        {
          name: "ranks",
          test: /[\\/](mpi|cli[\\/]ranks|training[\\/]ranks)[\\/](?!joined-world)|[\\/]parallel[\\/](ranks|rank-sums|buckets|bfloat16)\.js$/,
        },
        { name: "condition", test: /[\\/]language[\\/]condition[\\/]/ },
        {
          name: "tasks",
          test: /[\\/]audio[\\/]|[\\/]tasks[\\/](classify|tag|forecast|translate|caption|transcribe|baselines|examples|reader|sound)[\\/]|[\\/]cli[\\/](screen[\\/](task|classify|tag|forecast|translate|caption|transcribe)-answers|commands[\\/]task-(eval|predict))\.js$/,
        },
        // What `serve` alone needs, and the packages that it is made of.
        {
          name: "serve",
          test: /[\\/](server|cli[\\/]serve)[\\/]|[\\/]cli[\\/](commands[\\/]serve|listening)\.js$|node_modules[\\/](@hono|hono|zod|@asteasolutions|openapi3-ts|pino[a-z-]*|prom-client|ioredis|@ioredis|ws|tdigest|bintrees)[\\/]/,
        },
        { name: "yaml", test: /node_modules[\\/]yaml[\\/]/ },
        { name: "globs", test: /node_modules[\\/](tinyglobby|fdir|picomatch)[\\/]/ },
        { name: "wire", test: /[\\/]formats[\\/](protobuf|crc32)\.js$/ },
        {
          name: "elsewhere",
          test: /[\\/]formats[\\/](?!tensorboard|tf-record)|[\\/]open[\\/](read-file|external-data)/,
        },
        {
          name: "inspect",
          test: /[\\/](inspect[\\/](?!aspect-names)[^\\/]+|cli[\\/]commands[\\/](inspect|reach)\.js)$/,
        },
      ]),
    },
  });
  await bundle.close();
  rmSync(cli, { recursive: true });
  for (const { fileName, code } of withoutFacades(output)) {
    mkdirSync(dirname(join(cli, fileName)), { recursive: true });
    writeFileSync(join(cli, fileName), code);
  }
  writeFileSync(join(cli, "THIRD-PARTY-LICENSES"), licencesOf(output.flatMap(({ moduleIds }) => moduleIds)));
  chmodSync(join(cli, "main.js"), 0o755);
}

/** Modules of the library that pass on another package: each becomes one file that needs none. */
const PASSED_ON = [
  "data/tables/csv-parser",
  "data/pictures/png-decoder",
  "data/pictures/jpeg-decoder",
  "server/web",
];

/** Puts the packages that the library uses into it, with their licences beside them. */
export async function bundleLibrary(dist) {
  for (const name of PASSED_ON) {
    const file = join(dist, `${name}.js`);
    const bundle = await rolldown({
      input: file,
      platform: "neutral",
      cwd: root,
      resolve: { mainFields: ["module", "main"] },
      plugins: [
        {
          // Its messages in English are there by themselves.
          name: "messages of checks in one language",
          load: (id) => (/[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/.test(id) ? "export {};" : null),
        },
        {
          name: "packages of the clone",
          resolveId(asked, importer) {
            return importer?.startsWith(dist) && !asked.startsWith(".")
              ? this.resolve(asked, join(root, "package.json"))
              : null;
          },
        },
      ],
    });
    const { output } = await bundle.generate({ format: "esm", minify: true });
    await bundle.close();
    writeFileSync(file, output[0].code);
    writeFileSync(join(dist, `${name}.licence.txt`), licencesOf(output[0].moduleIds));
    rmSync(`${file}.map`, { force: true });
  }
}

/**
 * Makes of the models that can be one file (src/bundled) the parts that `unrolled bundle` puts together: modules of the older kind, which
 * a file can hold many of, and the declarations of what each exports.
 */
export async function bundleModels(dist) {
  const folder = join(dist, "bundled");
  const declarations = join(root, "src", "bundled", "declarations");
  const kinds = readdirSync(declarations)
    .map((file) => file.replace(/\.d\.ts$/, ""))
    .filter((kind) => existsSync(join(folder, `${kind}.js`)));
  const bundle = await rolldown({
    input: Object.fromEntries(kinds.map((kind) => [kind, join(folder, `${kind}.js`)])),
    platform: "browser",
    cwd: root,
    // Tables of files, which find their reader beside themselves, are nothing that a bundled model is given.
    checks: { ineffectiveDynamicImport: false, emptyImportMeta: false },
    resolve: {
      alias: Object.fromEntries(
        ["#platform", "#task-worker"].map((name) => [name, join(dist, "platform", "bundled.js")]),
      ),
    },
  });
  const { output } = await bundle.generate({
    format: "cjs",
    exports: "named",
    minify: true,
    entryFileNames: "[name].js",
    chunkFileNames: "part-[hash].js",
  });
  await bundle.close();
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  for (const { fileName, code } of output) writeFileSync(join(folder, fileName), code);
  cpSync(declarations, join(folder, "declarations"), { recursive: true });
}

/** A chunk that only passes on names of another would be one more file to read: who asks for it is sent to that other one. */
function withoutFacades(chunks) {
  const facades = new Map();
  for (const { fileName, code, isEntry } of chunks) {
    const [, names, from] = /^export \{ ([^}]*) \} from "\.\/([^"]+)";\s*$/.exec(code) ?? [];
    if (isEntry || names === undefined) continue;
    const fields = names.split(", ").map((name) => {
      const [own, passedOn = own] = name.split(" as ");
      return `${passedOn}: all.${own}`;
    });
    facades.set(fileName, `import("./${from}").then((all) => ({ ${fields.join(", ")} }))`);
  }
  return chunks
    .filter(({ fileName }) => !facades.has(fileName))
    .map(({ fileName, code }) => ({
      fileName,
      code: code.replace(/import\("\.\/([^"]+)"\)/g, (call, name) => facades.get(name) ?? call),
    }));
}

/** A module that finds files beside itself finds them from the bundle too: all bundled files with such modules stand in dist/cli. */
function asBefore(code, path) {
  const url = `new URL(${JSON.stringify(path.split(sep).join("/"))}, import.meta.url).href`;
  return code.replaceAll("import.meta.url", url);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const dist = process.argv[2] ?? join(root, "dist");
  await bundleLibrary(dist);
  await bundleModels(dist);
  await bundleCommandLine(dist);
}
