import { extname } from "node:path";
import { parseObject } from "../../models/folder-files.ts";
import type { FileReader, ModelFiles } from "../../models/model-files.ts";
import { type ModelData, saying } from "../../open/read-model.ts";
import { score } from "../../tasks/language/evaluation/evaluate.ts";
import { languageModelParts } from "../../tasks/language/folder/read-language-folder.ts";
import { type Device, openDevice } from "../../tensor/device.ts";
import { defaultCacheFolder } from "../cache-folder.ts";
import { CommandError, UsageError } from "../failure.ts";
import { readModelOptions } from "../flags/reading-options.ts";
import { quitWhenInterrupted } from "../interruption.ts";
import { printJson } from "../json-lines.ts";
import { modelAt } from "../model-at.ts";
import { scoredFiles } from "../scored-files.ts";
import { count } from "../screen/amounts.ts";
import { requireFree, writeOutput } from "../write-output.ts";
import { converted } from "./conversion.ts";
import type { ConvertOptions, Target } from "./convert-command.ts";
import { encoderDecoderGraphs, isEncoderDecoder } from "./encoder-decoder-graphs.ts";
import { isTransducer, transducerGraphs } from "./transducer-graphs.ts";

const BY_NAME: Readonly<Record<string, Target>> = {
  "": "folder",
  ".safetensors": "safetensors",
  ".onnx": "onnx",
  ".h5": "keras",
  ".hdf5": "keras",
};
const NOT_WRITTEN: Readonly<Record<string, string>> = {
  ".pt": "PyTorch's format is not written; PyTorch reads .safetensors",
  ".pth": "PyTorch's format is not written; PyTorch reads .safetensors",
  ".keras": "of Keras, weights are written; give OUT a name that ends in .h5",
};

/** `unrolled convert`: a model in another format, or in fewer bits. */
export async function runConvertCommand(from: string, to: string, options: ConvertOptions): Promise<void> {
  const target = options.to ?? targetOf(to);
  const { dtype, force = false } = options;
  if (dtype !== "float32" && (target === "onnx" || target === "keras"))
    throw new UsageError(`option '--dtype ${dtype}' is for safetensors and folders, not for ${target}`);
  quitWhenInterrupted();
  const mayBeGraphs = target === "onnx" && extname(to) === "";
  if (!mayBeGraphs) requireFree(to, target === "folder" ? "folder" : "file", force);
  const reading = await readModelOptions(options);
  const data = await modelAt(from, reading);
  const graphs = mayBeGraphs ? await graphsWriterOf(data) : undefined;
  if (mayBeGraphs) requireFree(to, graphs ? "folder" : "file", force);
  if (data.format === "onnx" && target !== "safetensors") {
    throw new CommandError(
      `${from} is an ONNX graph, which is run as it is; only its weights can be written, as safetensors`,
    );
  }
  const isEvaluated = options.eval !== undefined;
  if (isEvaluated && (data.format !== "language-model" || target !== "folder"))
    throw new UsageError(
      "option '--eval <file>' needs the folder of a language model, and a folder to write",
    );
  let device: Promise<Device> | undefined;
  const open = () => {
    device ??= openDevice({ backend: options.backend });
    return device;
  };
  const content = await saying(from, async () =>
    graphs && "read" in data
      ? graphs(data.read)
      : converted({ from: data, to: target, dtype, reading }, open),
  );
  const losses = isEvaluated
    ? {
        lossNatsBefore: await lossNats(
          await open(),
          (data as { read: (name: string) => Promise<Uint8Array> }).read,
        ),
        lossNatsAfter: await lossNats(await open(), async (name) => (content as ModelFiles)[name]),
      }
    : undefined;
  await writeOutput(to, content);
  const bytes = bytesOf(content);
  if (options.json) {
    return printJson({ in: from, out: to, format: data.format, to: target, dtype, bytes, ...losses });
  }
  process.stdout.write(`${to}: ${target}, ${dtype}, ${count(bytes)} bytes\n`);
  if (losses) {
    const { lossNatsBefore: before, lossNatsAfter: after } = losses;
    const change = `${after < before ? "−" : "+"}${Math.abs(after - before).toFixed(5)}`;
    process.stdout.write(
      `Loss on ${options.eval}: ${before.toFixed(5)} nats per token before, ${after.toFixed(5)} after (${change})\n`,
    );
  }

  async function lossNats(device: Device, read: (name: string) => Promise<Uint8Array>): Promise<number> {
    const { network, tokenizer } = await languageModelParts(device, read);
    const cacheFolder = defaultCacheFolder();
    const texts = await scoredFiles(tokenizer, [options.eval as string], { field: undefined, cacheFolder });
    return (await score(network, tokenizer, texts)).lossNats;
  }
}

/** What writes the model of a folder as several graphs, if its task needs them. */
async function graphsWriterOf(
  data: ModelData,
): Promise<((read: FileReader) => Promise<ModelFiles>) | undefined> {
  if (data.format !== "network") return undefined;
  const { task, options } = parseObject("config.json", await data.read("config.json"));
  if (typeof task === "string" && isEncoderDecoder(task)) return encoderDecoderGraphs;
  return isTransducer(task, options) ? transducerGraphs : undefined;
}

/** Of weights, or of all graphs. */
function bytesOf(content: Uint8Array | ModelFiles): number {
  if (content instanceof Uint8Array) return content.length;
  const weights = content["model.safetensors"];
  if (weights) return weights.length;
  return Object.entries(content).reduce(
    (sum, [name, { length }]) => sum + (name.endsWith(".onnx") ? length : 0),
    0,
  );
}

function targetOf(path: string): Target {
  const ending = extname(path).toLowerCase();
  const target = BY_NAME[ending];
  if (target) return target;
  const why = NOT_WRITTEN[ending] ?? `nothing is known of names that end in ${ending}`;
  throw new UsageError(`${path}: ${why}; --to says what to write`);
}
