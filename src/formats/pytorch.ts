// Files of torch.save since PyTorch 1.6: a zip archive with one folder, in it `data.pkl`, a pickle whose tensors refer to storages; a
// file `data/KEY` with the numbers of each storage; and `byteorder`, "little" unless it says "big" (torch/serialization.py).
import { UnrolledError } from "../errors.ts";
import { Allowance } from "./allowance.ts";
import { ByteReader } from "./byte-reader.ts";
import { type Pickled, readPickle } from "./pickle.ts";
import { pytorchNames, TensorReference } from "./pytorch-names.ts";
import { type PyTorchTensor, tensorFromStorage } from "./pytorch-tensor.ts";
import type { ReadingOptions } from "./safetensors.ts";
import { shown } from "./shown.ts";
import { openZip, type ZipArchive } from "./zip.ts";

const CALL = "readPyTorch";
const MAX_DEPTH = 100;
const TIMES_THE_FILE = 8;
const LEAST_BYTES = 16 << 20;
const RESAVE =
  "open it in PyTorch 1.6 or later and save it again: torch.save(torch.load(path, map_location='cpu'), path)";

/** What a file of torch.save holds: dictionaries as objects, lists and tuples as arrays, tensors. */
export type PyTorchValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PyTorchTensor
  | readonly PyTorchValue[]
  | { readonly [key: string]: PyTorchValue };

/**
 * What a `.pt` or `.pth` file of torch.save holds, a state dictionary or any checkpoint of dictionaries, lists, numbers, words and
 * tensors. No code runs: the pickle in it may ask for the names that rebuild tensors, and a file that asks for any other is refused.
 * Keys that are not strings become strings (`state[0]` is `state["0"]`), as do dtypes and devices; tensors that share numbers become
 * copies.
 *
 * @param options `maxBytes`: eight times the file, at least 16 MiB, if not given
 * @throws UnrolledError "invalid-file" for a file that is damaged, asks for other names, holds complex numbers or a whole module,
 * takes more than `maxBytes`, or was saved by PyTorch before 1.6
 */
export async function readPyTorch(bytes: Uint8Array, options: ReadingOptions = {}): Promise<PyTorchValue> {
  const reader = new ByteReader(CALL, bytes);
  const maxBytes = options.maxBytes ?? Math.max(LEAST_BYTES, TIMES_THE_FILE * bytes.length);
  const allowance = new Allowance(CALL, bytes.length, maxBytes);
  requireZip(reader);
  const archive = openZip(reader, allowance);
  const folder = folderOf(archive, reader);
  const pickle = new ByteReader(CALL, await archive.read(`${folder}data.pkl`));
  const names = pytorchNames((problem) => pickle.invalid(problem));
  const value = readPickle(pickle, names, allowance);
  const littleEndian = await isLittleEndian(archive, folder, reader);
  const storages = new Map<string, Uint8Array>();
  const tensors = new Map<TensorReference, PyTorchTensor>();
  for (const reference of tensorsIn(value)) {
    const { key } = reference.storage;
    // Read once, however many tensors share it.
    const storage = storages.get(key) ?? (await archive.read(`${folder}data/${key}`));
    storages.set(key, storage);
    tensors.set(reference, tensorFromStorage(reference, storage, littleEndian, reader, allowance));
  }
  return new PlainValues(tensors).of(value, 0);
}

/** The files of other formats that people call .pt too. */
function requireZip(reader: ByteReader): void {
  const begins = (signature: readonly number[], at = 0) =>
    signature.every((byte, index) => reader.bytes[at + index] === byte);
  if (begins([0x50, 0x4b])) return;
  // Before 1.6, a pickle that begins with a magic number; before 0.1.9, a tar archive ("ustar").
  if (begins([0x80, 0x02, 0x8a, 0x0a]) || begins([0x75, 0x73, 0x74, 0x61, 0x72], 257))
    throw reader.invalid(`this file is in PyTorch's format from before 1.6, which is not read; ${RESAVE}`);
  throw reader.invalid("this is no zip archive, and so no file of torch.save");
}

function folderOf(archive: ZipArchive, reader: ByteReader): string {
  const pickles = archive.names.filter((name) => /^([^/]+\/)?data\.pkl$/.test(name));
  if (pickles.length !== 1)
    throw reader.invalid(
      `the archive has ${pickles.length} files data.pkl, needed one; torch.save writes one`,
    );
  const folder = pickles[0].slice(0, -"data.pkl".length);
  if (archive.has(`${folder}constants.pkl`))
    throw reader.invalid(
      "this is a program of torch.jit.save, which is not read; save its numbers: torch.save(module.state_dict(), path)",
    );
  return folder;
}

async function isLittleEndian(archive: ZipArchive, folder: string, reader: ByteReader): Promise<boolean> {
  const name = `${folder}byteorder`;
  if (!archive.has(name)) return true;
  const order = new TextDecoder().decode(Uint8Array.from(await archive.read(name)));
  if (order !== "little" && order !== "big")
    throw reader.invalid(`byteorder is ${shown(order)}, needed "little" or "big"`);
  return order === "little";
}

/** Every tensor that a value holds, at whatever depth, once. */
function tensorsIn(root: Pickled): Set<TensorReference> {
  const tensors = new Set<TensorReference>();
  const seen = new Set<Pickled>([root]);
  // A set grows while it is walked, so that nothing is visited twice and nothing calls itself.
  for (const value of seen) {
    if (value instanceof TensorReference) tensors.add(value);
    const entries: Iterable<Pickled> =
      value instanceof Map ? value.values() : Array.isArray(value) ? value : [];
    for (const entry of entries) if (typeof entry === "object") seen.add(entry);
  }
  return tensors;
}

/** Pickled values as plain ones. What a pickle uses in several places is made once, or a small one could become endless. */
class PlainValues {
  readonly #tensors: ReadonlyMap<TensorReference, PyTorchTensor>;
  readonly #made = new Map<Pickled, PyTorchValue | "unfinished">();

  constructor(tensors: ReadonlyMap<TensorReference, PyTorchTensor>) {
    this.#tensors = tensors;
  }

  of(value: Pickled, depth: number): PyTorchValue {
    if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
    if (value instanceof TensorReference) return this.#tensors.get(value) as PyTorchTensor;
    const made = this.#made.get(value);
    if (made === "unfinished") throw invalid("the pickle holds a value that contains itself");
    if (made !== undefined) return made;
    if (depth > MAX_DEPTH) throw invalid(`the pickle is nested more than ${MAX_DEPTH} deep`);
    this.#made.set(value, "unfinished");
    const plain = this.#containerOf(value, depth);
    this.#made.set(value, plain);
    return plain;
  }

  #containerOf(value: object, depth: number): PyTorchValue {
    if (Array.isArray(value)) return value.map((entry) => this.of(entry, depth + 1));
    if (!(value instanceof Map)) return nameOf(value);
    const entries = new Map<string, PyTorchValue>();
    for (const [key, entry] of value) {
      const word = typeof key === "string" ? key : shown(key);
      if (entries.has(word)) throw invalid(`a dictionary of the pickle has the key ${shown(word)} twice`);
      entries.set(word, this.of(entry, depth + 1));
    }
    return Object.fromEntries(entries);
  }
}

/** A name that a pickle keeps as a value, such as a dtype. */
function nameOf(value: object): string {
  if ("text" in value && typeof value.text === "string") return value.text;
  throw invalid("the pickle keeps a storage by itself, not as a tensor");
}

function invalid(problem: string): UnrolledError {
  return new UnrolledError("invalid-file", { call: CALL, problem });
}
