// A model that writes sequences as two ONNX graphs, for programs that search by themselves.
import { writeOnnx } from "../../formats/onnx/write/write-model.ts";
import { jsonFile } from "../../models/json-file.ts";
import { type FileReader, filesBeside, type ModelFiles } from "../../models/model-files.ts";
import { networkDataFromFiles } from "../../models/network-folder.ts";
import { encoderDecoderParts } from "../../networks/encoder-decoder-parts.ts";
import { hasLengths } from "../../networks/mask.ts";
import type { NetworkData } from "../../networks/network-data.ts";
import { isRecord } from "../../options/field-checks.ts";
import { CAPTION } from "../../tasks/caption/caption-description.ts";

/** Tasks whose networks read something whole and write a sequence. */
const TASKS = ["translate", "caption"];

/** What config.json calls such a folder. */
const GRAPHS_TYPE = "unrolled-encoder-decoder-graphs";

/** Whether the model of a task is written as two graphs where a folder is asked for. */
export function isEncoderDecoder(task: string | undefined): boolean {
  return task !== undefined && TASKS.includes(task);
}

/**
 * `encoder.onnx`, `decoder.onnx`, the tokenizers, and `config.json`: the states and their next ones, which token stands before the first and
 * ends a target, and how texts are read.
 */
export async function encoderDecoderGraphs(read: FileReader): Promise<ModelFiles> {
  const { madeBy, ...network } = await networkDataFromFiles(read);
  const { encoder, decoder } = encoderDecoderParts(network);
  const { reading = {}, loss = {} } = (madeBy?.options ?? {}) as {
    readonly reading?: Readonly<Record<string, unknown>>;
    readonly loss?: { readonly end?: number };
  };
  const { features, ...rest } = reading;
  // What is an object of its own is a tokenizer's file.
  const tokenizers = Object.entries(rest).filter(([, value]) => isRecord(value));
  const plain = Object.entries(rest).filter(([, value]) => value !== null && !isRecord(value));
  const states = decoder.config.outputs.flatMap(({ name }) => (name.endsWith(".next") ? [name] : []));
  const made = new Set(encoder.config.outputs.map(({ name }) => name));
  return {
    "config.json": jsonFile({
      model_type: GRAPHS_TYPE,
      task: madeBy?.task,
      end: loss.end,
      reading: { ...Object.fromEntries(plain), ...(features ? { features } : {}) },
      tokenizers: Object.fromEntries(tokenizers.map(([name]) => [name, fileOf(name)])),
      states: states.map((next) => {
        const name = next.slice(0, -".next".length);
        const width = decoder.config.inputs.find((input) => input.name === name)?.axes[1];
        return { name, next, width, first: made.has(name) ? "encoder" : "zeros" };
      }),
    }),
    ...Object.fromEntries(tokenizers.map(([name, value]) => [fileOf(name), jsonFile(value as object)])),
    // What looks at pictures before the encoder does, where that is a network of its own.
    ...(await filesBeside(read, CAPTION.beside)),
    "encoder.onnx": written(encoder),
    "decoder.onnx": written(decoder),
  };
}

function fileOf(tokenizer: string): string {
  return tokenizer === "tokenizer" ? "tokenizer.json" : `${tokenizer}-tokenizer.json`;
}

function written(part: NetworkData): Uint8Array {
  const lengths = part.config.inputs.some(({ axes }) => hasLengths(axes));
  return writeOnnx(part, { states: "internal", lengths });
}
