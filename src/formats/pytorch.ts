// Files of torch.save since PyTorch 1.6: a zip archive with one folder, in it `data.pkl`, a pickle whose tensors refer to storages; a
// file `data/KEY` with the numbers of each storage; and `byteorder`, "little" unless it says "big" (torch/serialization.py).
import { Allowance } from "./allowance.ts";
import { ByteReader } from "./byte-reader.ts";
import { type Pickled, PickledObject, readPickle } from "./pickle.ts";
import { pytorchNames, TensorReference, unknownNameProblem } from "./pytorch-names.ts";
import { PlainValues } from "./pytorch-plain.ts";
import { type PyTorchTensor, tensorFromStorage } from "./pytorch-tensor.ts";
import { PyTorchObject, type PyTorchValue } from "./pytorch-value.ts";
import type { ReadingOptions } from "./safetensors.ts";
import { shown } from "./shown.ts";
import { openZip, type ZipArchive } from "./zip.ts";

const CALL = "readPyTorch";
const COMPLEX = "torch.complex64";
const TIMES_THE_FILE = 8;
const LEAST_BYTES = 16 << 20;
const RESAVE =
  "open it in PyTorch 1.6 or later and save it again: torch.save(torch.load(path, map_location='cpu'), path)";

/**
 * What a `.pt` or `.pth` file of torch.save holds: a state dictionary, any checkpoint of dictionaries, lists, numbers, words and
 * tensors, or a whole module. No code runs: objects of other classes are given as data, each a `PyTorchObject`. Keys that are not
 * strings become strings (`state[0]` is `state["0"]`), as do dtypes, devices, paths and classes; sets become lists; tensors that share
 * numbers become copies; a complex tensor is a `PyTorchObject` with its shape. Scalars of NumPy are numbers.
 *
 * @param options `maxBytes`: eight times the file, at least 16 MiB, if not given
 * @throws UnrolledError "invalid-file" for a file that is damaged, would run a program in Python, holds objects of unknown classes and
 * no tensors, complex tensors and no others, or quantised ones, takes more than `maxBytes`, is of TorchScript, or was saved by PyTorch before 1.6
 */
export async function readPyTorch(bytes: Uint8Array, options: ReadingOptions = {}): Promise<PyTorchValue> {
  return (await readPyTorchFile(bytes, options)).value;
}

/** What a file of torch.save holds, and the names that it asks for and that nothing is known of. */
export async function readPyTorchFile(
  bytes: Uint8Array,
  options: ReadingOptions = {},
): Promise<{ readonly value: PyTorchValue; readonly unknown: readonly string[] }> {
  const reader = new ByteReader(CALL, bytes);
  const maxBytes = options.maxBytes ?? Math.max(LEAST_BYTES, TIMES_THE_FILE * bytes.length);
  const allowance = new Allowance(CALL, bytes.length, maxBytes);
  requireZip(reader);
  const archive = openZip(reader, allowance);
  const folder = folderOf(archive, reader);
  const pickle = new ByteReader(CALL, await archive.read(`${folder}data.pkl`));
  const unknown = new Set<string>();
  const names = pytorchNames((problem) => pickle.invalid(problem), unknown);
  const value = readPickle(pickle, names, allowance);
  const littleEndian = await isLittleEndian(archive, folder, reader);
  const storages = new Map<string, Uint8Array>();
  const tensors = new Map<TensorReference, PyTorchTensor | PyTorchObject>();
  const references = tensorsIn(value);
  const [first] = unknown;
  if (references.size === 0 && first !== undefined) throw pickle.invalid(unknownNameProblem(first));
  const holdsNumbers = [...references].some(({ type }) => type !== "C64");
  for (const reference of references) {
    // Complex numbers are no reason to lose the others.
    if (holdsNumbers && reference.type === "C64") {
      tensors.set(reference, complexTensor(reference));
      unknown.add(COMPLEX);
      continue;
    }
    const { key } = reference.storage;
    // Read once, however many tensors share it.
    const storage = storages.get(key) ?? (await archive.read(`${folder}data/${key}`));
    storages.set(key, storage);
    tensors.set(reference, tensorFromStorage(reference, storage, littleEndian, reader, allowance));
  }
  return { value: new PlainValues(CALL, tensors).of(value, 0), unknown: [...unknown] };
}

/** A tensor whose numbers are left where they are. */
function complexTensor({ shape }: TensorReference): PyTorchObject {
  const object = new PyTorchObject("torch.Tensor");
  object.arguments = [COMPLEX, shape];
  return object;
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
  if (archive.names.some((name) => /(^|\/)(serialized_exported_program|models\/\w+)\.json$/.test(name)))
    throw reader.invalid(
      "this is a program of torch.export.save, which is not read; save its numbers: torch.save(module.state_dict(), path)",
    );
  const pickles = archive.names.filter((name) => /^([^/]+\/)?data\.pkl$/.test(name));
  if (pickles.length !== 1)
    throw reader.invalid(
      `the archive has ${pickles.length} files data.pkl, needed one; torch.save writes one`,
    );
  const folder = pickles[0].slice(0, -"data.pkl".length);
  const holdsCode = archive.names.some((name) => name.startsWith(`${folder}code/`));
  if (holdsCode || archive.has(`${folder}constants.pkl`))
    throw reader.invalid(
      "this is a program of torch.jit.save, which is not read (a TorchScript archive); save its numbers: torch.save(module.state_dict(), path)",
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
    for (const entry of entriesOf(value)) if (typeof entry === "object") seen.add(entry);
  }
  return tensors;
}

function entriesOf(value: Pickled): Iterable<Pickled> {
  if (value instanceof Map) return value.values();
  if (value instanceof PickledObject) return [value.parameters, value.state, value.items, value.entries];
  return Array.isArray(value) ? value : [];
}
