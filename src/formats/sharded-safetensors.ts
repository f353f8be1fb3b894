// A model in several safetensors files, as Hugging Face's libraries save large ones: model.safetensors.index.json says in
// "weight_map" which file holds which tensor, and in "metadata" how many bytes they have in all
// (https://huggingface.co/docs/transformers/big_models#sharded-checkpoints).
import { UnrolledError } from "../errors.ts";
import { duplicateKey } from "./duplicate-key.ts";
import { jsonOutline } from "./json-outline.ts";
import { type ReadingOptions, readSafetensors, type SafetensorsTensor } from "./safetensors.ts";
import { shown } from "./shown.ts";
import { bytesOfType } from "./stored-numbers.ts";

/** Deeper than what anybody says of a model. */
const DEEPEST = 64;
const CALL = "readShardedSafetensors";

/**
 * The tensors of a model in several files, as `readSafetensors` gives those of one.
 *
 * @param index the bytes of model.safetensors.index.json
 * @param read gives a file that lies beside it, by name
 * @param options `maxBytes` bounds each file by itself
 * @throws UnrolledError "invalid-file" for an index that is broken, names a file elsewhere, or does not fit the files; what
 * `read` and `readSafetensors` throw
 */
export async function readShardedSafetensors(
  index: Uint8Array,
  read: (name: string) => Promise<Uint8Array>,
  options: ReadingOptions = {},
): Promise<Record<string, SafetensorsTensor>> {
  const { fileOfTensor, totalSize } = parseIndex(index);
  const tensors = new Map<string, SafetensorsTensor>();
  let total = 0;
  for (const file of new Set(fileOfTensor.values())) {
    for (const [name, tensor] of Object.entries(readSafetensors(await read(file), options))) {
      const expected = fileOfTensor.get(name);
      if (expected !== file) {
        const said =
          expected === undefined ? "the index does not name" : `the index says is in ${shown(expected)}`;
        throw invalid(`${shown(file)} holds tensor ${shown(name)}, which ${said}`);
      }
      total += tensor.data.length * bytesOfType(tensor.dtype);
      tensors.set(name, tensor);
    }
  }
  for (const [name, file] of fileOfTensor) {
    if (!tensors.has(name))
      throw invalid(`tensor ${shown(name)} is missing in ${shown(file)}, where the index says it is`);
  }
  if (totalSize !== undefined && totalSize !== total)
    throw invalid(`metadata.total_size is ${totalSize}, but the files hold ${total} bytes of tensors`);
  return Object.fromEntries(tensors);
}

function parseIndex(bytes: Uint8Array) {
  const { depth } = jsonOutline(bytes);
  if (depth > DEEPEST) throw invalid(`the index nests ${depth} deep, needed at most ${DEEPEST}`);
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes));
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(`the index is no JSON in UTF-8: ${error instanceof Error ? error.message : error}`);
  }
  const duplicate = duplicateKey(text);
  if (duplicate !== undefined) throw invalid(`the index has the key ${shown(duplicate)} twice`);
  const { weight_map: weightMap, metadata = {} } = asObject(value, "the index");
  const { total_size: totalSize } = asObject(metadata, "metadata");
  const fileOfTensor = new Map(Object.entries(asObject(weightMap, "weight_map")).map(checkedPair));
  if (totalSize === undefined) return { fileOfTensor, totalSize };
  if (typeof totalSize !== "number" || !Number.isSafeInteger(totalSize) || totalSize < 0)
    throw invalid(`metadata.total_size is ${shown(totalSize)}, needed a number of bytes`);
  return { fileOfTensor, totalSize };
}

function checkedPair([name, file]: [string, unknown]): [string, string] {
  // Whoever wrote the index must not choose which of the reader's files are opened.
  if (typeof file !== "string" || !/^[^/\\:\0]+\.safetensors$/.test(file) || file.startsWith("."))
    throw invalid(
      `weight_map says that tensor ${shown(name)} is in ${shown(file)}, needed a file beside the index whose name ends in .safetensors`,
    );
  return [name, file];
}

function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid(`${what} is ${shown(value)}, needed an object`);
  return value as Record<string, unknown>;
}

function invalid(problem: string): UnrolledError {
  return new UnrolledError("invalid-file", { call: CALL, problem });
}
