import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Bundle } from "../../bundled/bundle.ts";
import { readSafetensors } from "../../formats/safetensors.ts";
import { parseObject } from "../../models/folder-files.ts";
import { filesBeside, type ModelFiles } from "../../models/model-files.ts";
import { networkDataFromFiles } from "../../models/network-folder.ts";
import { placeOfFiles } from "../../open/model-place.ts";
import { type ModelData, saying } from "../../open/read-model.ts";
import { MODEL_TYPE } from "../../tasks/language/folder/model-type.ts";
import { isTaskOfNetwork } from "../../tasks/task-table.ts";
import { openDevice } from "../../tensor/device.ts";
import { unknownCellOf } from "../asked-cell.ts";
import { bundledDeclarations, bundledModule, exportedNames } from "../bundle/bundled-module.ts";
import { CommandError, UsageError } from "../failure.ts";
import { quitWhenInterrupted } from "../interruption.ts";
import { printJson } from "../json-lines.ts";
import { modelAt } from "../model-at.ts";
import { MODEL_FILES } from "../model-folder.ts";
import { writeTogether } from "../run/atomic-write.ts";
import { count } from "../screen/amounts.ts";
import { requireFree } from "../write-output.ts";
import type { BundleOptions } from "./bundle-command.ts";
import { converted } from "./conversion.ts";

/** Endings of a module's name, and of its declarations'. */
const ENDINGS: Readonly<Record<string, string>> = { ".js": ".d.ts", ".mjs": ".d.mts" };

/** `unrolled bundle`: a model as one file of JavaScript. */
export async function runBundleCommand(path: string, options: BundleOptions): Promise<void> {
  const { out, global, force = false } = options;
  const ending = ENDINGS[extname(out)];
  if (ending === undefined) throw new UsageError(`${out}: needed a name that ends in .js or .mjs`);
  quitWhenInterrupted();
  const declarations = out.slice(0, -extname(out).length) + ending;
  const written = global === undefined ? [out, declarations] : [out];
  for (const file of written) requireFree(file, "file", force);
  const files = await filesOf(path, options);
  const kind = kindOf(files);
  if (kind !== "language") await requireOpens(path, files);
  const module = bundledModule(kind, bundleOf(files, kind), { global });
  const contents = [module, bundledDeclarations(kind)];
  await writeTogether(written.map((file, at) => ({ path: file, content: contents[at] })));
  const bytes = Buffer.byteLength(module);
  if (options.json) return printJson({ in: path, out, task: kind, exports: exportedNames(kind), bytes });
  const names = exportedNames(kind).join(", ");
  process.stdout.write(
    global === undefined
      ? `${out}: ${count(bytes)} bytes; import { ${names} } from "./${out.split(/[\\/]/).at(-1)}"\n`
      : `${out}: ${count(bytes)} bytes; sets ${global} to { ${names} }\n`,
  );
}

/** The model as the files of a folder, its weights in the bits that were asked for. */
async function filesOf(path: string, { dtype }: BundleOptions): Promise<ModelFiles> {
  requireCellOfPackage(path);
  const data = await modelAt(path);
  if (data.format === "onnx")
    throw new CommandError(
      `${path} is an ONNX graph, which runs by openModel and is not bundled; needed a model made here or one that convert makes a folder of`,
    );
  return saying(path, async () =>
    dtype === undefined && isFolder(data)
      ? filesBeside(data.read, MODEL_FILES)
      : converted({ from: data, to: "folder", dtype: dtype ?? "float32", reading: {} }, () => openDevice()),
  ) as Promise<ModelFiles>;
}

function isFolder(data: ModelData): data is Extract<ModelData, { format: "network" | "language-model" }> {
  return data.format === "network" || data.format === "language-model";
}

/** What the file has of the library are the package's cells alone. */
function requireCellOfPackage(path: string): void {
  const cell = unknownCellOf(path);
  if (cell === undefined) return;
  throw new CommandError(
    `${path}: its cell ${cell} is none of the package's, and what is bundled is the package's code alone; import the cell and open the folder by openModel`,
  );
}

/** Layers that only the user's own modules know are found here, and not by whoever loads the file. */
async function requireOpens(path: string, files: ModelFiles): Promise<void> {
  await saying(path, () => networkDataFromFiles(placeOfFiles("bundle", files).read));
}

/** Which of the package's parts the model needs. */
function kindOf(files: ModelFiles): string {
  const { model_type: type, task } = parseObject("config.json", files["config.json"]);
  if (type === MODEL_TYPE) return "language";
  return typeof task === "string" && isTaskOfNetwork(task) ? task : "network";
}

function bundleOf(files: ModelFiles, kind: string): Bundle {
  const isWhole = kind !== "language" || !isPlain(files);
  const build = new URL("../../../build/", import.meta.url);
  const kernels = readFileSync(join(fileURLToPath(build), isWhole ? "kernels.wasm" : "kernels-core.wasm"));
  const needed = Object.entries(files).filter(([name]) => name !== "README.md");
  const [texts, bytes] = [true, false].map((isText) =>
    needed.filter(([name]) => name.endsWith(".json") === isText),
  );
  return {
    kernels: kernels.toString("base64"),
    isWhole,
    texts: Object.fromEntries(
      texts.map(([name, content]) => [name, JSON.stringify(JSON.parse(new TextDecoder().decode(content)))]),
    ),
    bytes: Object.fromEntries(
      bytes.map(([name, content]) => [name, Buffer.from(content).toString("base64")]),
    ),
  };
}

/** Whether a language model calls the core's kernels alone: without a condition, its weights in 32 bits where it runs. */
function isPlain(files: ModelFiles): boolean {
  const { condition } = parseObject("config.json", files["config.json"]);
  const stored = Object.values(readSafetensors(files["model.safetensors"]));
  return condition === undefined && stored.every(({ dtype }) => dtype !== "F16" && dtype !== "I8");
}
