// Models of ml5's charRNN: variables of a TensorFlow 1 checkpoint as files of float32, listed by name in manifest.json, and the characters
// in vocab.json. The network is char-rnn-tensorflow's: embedding [V, E], BasicLSTMCells above one another, softmax_w [H, V] and softmax_b.
import { UnrolledError } from "../errors.ts";
import type { StateDict } from "../module/state-dict.ts";
import { isRecord } from "../options/field-checks.ts";
import { Allowance } from "./allowance.ts";
import { shown } from "./shown.ts";

const CALL = "readCharRNN";
const MOST_VARIABLES = 1000;
const GREATEST_RANK = 8;

/**
 * The variables that a manifest lists, by name.
 *
 * @param read gives the bytes of a file beside it
 * @throws UnrolledError "invalid-file" that names the variable
 */
export async function readVariables(
  manifest: Readonly<Record<string, unknown>>,
  read: (name: string) => Promise<Uint8Array>,
  options: { readonly maxBytes?: number } = {},
): Promise<StateDict> {
  const invalid = (problem: string) => new UnrolledError("invalid-file", { call: CALL, problem });
  const entries = Object.entries(manifest);
  if (entries.length > MOST_VARIABLES)
    throw invalid(`there are ${entries.length} variables, no more than ${MOST_VARIABLES} are read`);
  const tensors: [string, StateDict[string]][] = [];
  for (const [name, entry] of entries) {
    const { filename, shape } = entry as { readonly filename: string; readonly shape: readonly unknown[] };
    // A name leads nowhere but to a file beside the manifest.
    if (!/^[^/\\:\0]+$/.test(filename) || filename === "." || filename === "..")
      throw invalid(`variable ${shown(name)} is in ${shown(filename)}, needed a plain name of a file`);
    const isSize = (size: unknown): size is number => Number.isSafeInteger(size) && (size as number) >= 0;
    if (shape.length > GREATEST_RANK || !shape.every(isSize))
      throw invalid(`variable ${shown(name)} has the shape ${shown(shape)}, needed a list of sizes`);
    const bytes = await read(filename);
    const size = shape.reduce((product, length) => product * length, 1);
    if (bytes.length !== 4 * size)
      throw invalid(
        `variable ${shown(name)} ${shown(shape)} needs ${4 * size} bytes, ${shown(filename)} has ${bytes.length}`,
      );
    new Allowance(CALL, bytes.length, options.maxBytes).take(bytes.length, `variable ${shown(name)}`);
    tensors.push([name, { shape, data: new Float32Array(Uint8Array.from(bytes).buffer) }]);
  }
  return Object.fromEntries(tensors);
}

/**
 * The characters of vocab.json, by id; undefined where it has others than single characters with the ids 0 to V − 1.
 *
 * @param json its text
 */
export function charactersIn(json: string): readonly string[] | undefined {
  let vocabulary: unknown;
  try {
    vocabulary = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (!isRecord(vocabulary)) return undefined;
  const characters = new Array<string | undefined>(Object.keys(vocabulary).length).fill(undefined);
  for (const [character, id] of Object.entries(vocabulary)) {
    const isFree = Number.isSafeInteger(id) && characters[id as number] === undefined;
    if ([...character].length !== 1 || !isFree || (id as number) >= characters.length || (id as number) < 0)
      return undefined;
    characters[id as number] = character;
  }
  return characters as string[];
}
