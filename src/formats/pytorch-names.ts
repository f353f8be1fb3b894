// The names that torch.save writes for tensors (torch/_utils.py, torch/storage.py) and those of Python's containers. Whatever else a
// pickle asks for is kept as data, and nothing of it is run.
import type { UnrolledError } from "../errors.ts";
import { type Pickled, PickledObject, type PickleNames } from "./pickle.ts";
import { PYTHON_CALLS, runsCode } from "./pickle-python.ts";
import { makesNumpyScalar, NUMPY_TYPE, numpyScalar } from "./pytorch-scalar.ts";
import { shown } from "./shown.ts";
import type { StoredType } from "./stored-numbers.ts";

/** More axes than any tensor has. */
const MAX_AXES = 64;

/** Numbers that lie in a file of the archive. */
class StorageReference {
  readonly key: string;
  /** Undefined where only the tensors know, whose storage is bytes. */
  readonly type: StoredType | undefined;
  /** Numbers, or bytes where there is no type. */
  readonly count: number;

  constructor(key: string, type: StoredType | undefined, count: number) {
    this.key = key;
    this.type = type;
    this.count = count;
  }
}

/** A tensor as a view of a storage; offset and strides count numbers. */
export class TensorReference {
  readonly storage: StorageReference;
  readonly type: StoredType;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(
    storage: StorageReference,
    type: StoredType,
    offset: number,
    shape: readonly number[],
    strides: readonly number[],
  ) {
    this.storage = storage;
    this.type = type;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

class Name {
  readonly text: string;
  readonly storage: { readonly type: StoredType | undefined } | undefined;
  readonly type: StoredType | undefined;
  /** Whether it is one that nothing is known of. */
  readonly isUnknown: boolean;

  constructor(
    text: string,
    meaning: {
      readonly storage?: { type: StoredType | undefined };
      readonly type?: StoredType;
      readonly isUnknown?: boolean;
    } = {},
  ) {
    this.text = text;
    this.isUnknown = meaning.isUnknown ?? false;
    this.storage = meaning.storage;
    this.type = meaning.type;
  }
}

const STORAGES: Readonly<Record<string, StoredType | undefined>> = {
  "torch.FloatStorage": "F32",
  "torch.DoubleStorage": "F64",
  "torch.HalfStorage": "F16",
  "torch.BFloat16Storage": "BF16",
  "torch.LongStorage": "I64",
  "torch.IntStorage": "I32",
  "torch.ShortStorage": "I16",
  "torch.CharStorage": "I8",
  "torch.ByteStorage": "U8",
  "torch.BoolStorage": "BOOL",
  "torch.ComplexFloatStorage": "C64",
  "torch.storage.UntypedStorage": undefined,
};

const TYPES: Readonly<Record<string, StoredType>> = {
  "torch.float32": "F32",
  "torch.float64": "F64",
  "torch.float16": "F16",
  "torch.bfloat16": "BF16",
  "torch.int64": "I64",
  "torch.int32": "I32",
  "torch.int16": "I16",
  "torch.int8": "I8",
  "torch.uint8": "U8",
  "torch.uint16": "U16",
  "torch.uint32": "U32",
  "torch.uint64": "U64",
  "torch.bool": "BOOL",
  "torch.float8_e4m3fn": "F8_E4M3",
  "torch.float8_e5m2": "F8_E5M2",
  "torch.complex64": "C64",
};

/** How quantised tensors are made and stored. */
const QUANTISED = /^torch\.(_utils\._rebuild_q|Q\w+Storage$|(ao\.)?nn\.(intrinsic\.)?quantized\.)/;

type Call = (parameters: readonly Pickled[], invalid: Complaint) => Pickled;
type Complaint = (problem: string) => UnrolledError;

const CALLS: Readonly<Record<string, Call>> = {
  "torch._utils._rebuild_tensor": ([storage, offset, shape, strides], invalid) =>
    tensorOf(storage, undefined, [offset, shape, strides], invalid),
  "torch._utils._rebuild_tensor_v2": ([storage, offset, shape, strides], invalid) =>
    tensorOf(storage, undefined, [offset, shape, strides], invalid),
  "torch._utils._rebuild_tensor_v3": ([storage, offset, shape, strides, , , type], invalid) =>
    tensorOf(storage, type, [offset, shape, strides], invalid),
  "torch._utils._rebuild_parameter": ([tensor], invalid) => {
    if (tensor instanceof TensorReference || tensor instanceof PickledObject) return tensor;
    throw invalid("the pickle makes a parameter of what is no tensor");
  },
  "torch._utils._rebuild_parameter_with_state": ([tensor], invalid) => {
    if (tensor instanceof TensorReference || tensor instanceof PickledObject) return tensor;
    throw invalid("the pickle makes a parameter of what is no tensor");
  },
  // The rest of its parameters are the class and attributes of a tensor that has some.
  "torch._tensor._rebuild_from_type_v2": ([rebuild, , parameters], invalid) => {
    if (
      rebuild instanceof Name &&
      /\._rebuild_(tensor|parameter)/.test(rebuild.text) &&
      Array.isArray(parameters)
    )
      return CALLS[rebuild.text](parameters, invalid);
    throw invalid("the pickle makes a tensor by what makes no tensors");
  },
  "collections.OrderedDict": (parameters, invalid) => {
    const made = PYTHON_CALLS["builtins.dict"](parameters);
    if (made) return made;
    throw invalid("the pickle makes an OrderedDict of what are no keys and values");
  },
  "torch.Size": ([sizes], invalid) => wholeNumbers(sizes, "a size", invalid),
  "torch.device": (words, invalid) => {
    const isWord = (word: Pickled) => typeof word === "string" || typeof word === "number";
    if (words.length <= 2 && words.every(isWord)) return words.join(":");
    throw invalid("the pickle names a device by what is no word");
  },
};

/** Functions that make an object of the class that they are given first. */
const RECONSTRUCTORS = new Set([
  "copy_reg._reconstructor",
  "copyreg._reconstructor",
  "copyreg.__newobj__",
  "copyreg.__newobj_ex__",
]);

/** Classes that only stand as parameters of others. */
const CLASSES = new Set(["torch.Tensor", "torch._tensor.Tensor", "torch.nn.parameter.Parameter"]);

/** What `names` says where nothing but unknown names was found. */
export function unknownNameProblem(name: string): string {
  return `the pickle asks for ${shown(name)}, which is none of the names that rebuild tensors, so nothing of the file is used; a file of torch.save(model.state_dict(), path) needs no others`;
}

/**
 * What a pickle of torch.save may ask for; `invalid` makes the errors.
 *
 * @param unknown takes the names that are not known, whose objects are kept as data
 */
export function pytorchNames(invalid: Complaint, unknown: Set<string>): PickleNames {
  return {
    find: (module, name) => {
      const text = `${module}.${name}`;
      if (Object.hasOwn(STORAGES, text)) return new Name(text, { storage: { type: STORAGES[text] } });
      if (Object.hasOwn(TYPES, text)) return new Name(text, { type: TYPES[text] });
      if (Object.hasOwn(CALLS, text) || Object.hasOwn(PYTHON_CALLS, text) || CLASSES.has(text))
        return new Name(text);
      if (runsCode(module, name)) throw invalid(unknownNameProblem(text));
      if (QUANTISED.test(text))
        throw invalid(
          `this is a quantised model or state dictionary (it asks for ${shown(text)}), which is not read; save the float one: torch.save(model.state_dict(), path) before it is quantised`,
        );
      // What NumPy's scalars are made by is known where they are numbers.
      if (!RECONSTRUCTORS.has(text) && !makesNumpyScalar(text) && text !== NUMPY_TYPE) unknown.add(text);
      return new Name(text, { isUnknown: true });
    },
    call: (callable, parameters) => {
      if (callable instanceof PickledObject)
        return new PickledObject(callable.name, [callable, ...parameters]);
      if (callable instanceof Name && Object.hasOwn(CALLS, callable.text))
        return CALLS[callable.text](parameters, invalid);
      if (callable instanceof Name && Object.hasOwn(PYTHON_CALLS, callable.text))
        return PYTHON_CALLS[callable.text](parameters) ?? new PickledObject(callable.text, parameters);
      if (callable instanceof Name && makesNumpyScalar(callable.text)) {
        const scalar = numpyScalar(parameters);
        if (scalar !== undefined) return scalar;
        unknown.add(callable.text);
      }
      if (callable instanceof Name && callable.isUnknown) return objectOf(callable, parameters);
      throw invalid(`the pickle calls ${callable instanceof Name ? callable.text : "what is no function"}`);
    },
    // PyTorch gives a state dictionary the versions of its modules; no tensor needs them.
    setState: (target, state) => {
      if (target instanceof PickledObject) target.state = state;
      else if (!(target instanceof Map || Array.isArray(target) || target instanceof TensorReference))
        throw invalid("the pickle gives attributes to what is no object");
    },
    load: (id) => storageOf(id, invalid),
  };
}

/** An object of an unknown class, or what an unknown function would have made. */
function objectOf(callable: Name, parameters: readonly Pickled[]): PickledObject {
  const [first, ...others] = parameters;
  const isReconstructed = RECONSTRUCTORS.has(callable.text) && first instanceof Name;
  return isReconstructed
    ? new PickledObject(first.text, others)
    : new PickledObject(callable.text, parameters);
}

/** ("storage", its class, its file's name, a device, how many numbers). */
function storageOf(id: Pickled, invalid: Complaint): StorageReference | PickledObject {
  if (Array.isArray(id) && id.length === 5) {
    const [kind, name, key, , count] = id;
    const isCount = typeof count === "number" && Number.isSafeInteger(count) && count >= 0;
    if (kind === "storage" && name instanceof Name && name.storage && typeof key === "string" && isCount)
      return new StorageReference(key, name.storage.type, count);
    // Numbers of a type that is not known here, such as complex ones of 16 bytes, are left where they are.
    if (kind === "storage" && name instanceof Name && name.isUnknown && typeof key === "string" && isCount)
      return new PickledObject(name.text, [key, count]);
  }
  throw invalid("the pickle refers to what is no storage of numbers");
}

function tensorOf(
  storage: Pickled,
  typeName: Pickled | undefined,
  [offset, shape, strides]: readonly Pickled[],
  invalid: Complaint,
): TensorReference | PickledObject {
  if (storage instanceof PickledObject) return new PickledObject("torch.Tensor", [storage, shape]);
  if (!(storage instanceof StorageReference))
    throw invalid("the pickle makes a tensor of what is no storage");
  if (typeName instanceof Name && typeName.isUnknown)
    return new PickledObject("torch.Tensor", [typeName, shape]);
  const type = typeName instanceof Name ? typeName.type : storage.type;
  if (!type) throw invalid("the pickle makes a tensor of numbers whose type it does not say");
  const [start] = wholeNumbers([offset], "a tensor's offset", invalid);
  const sizes = wholeNumbers(shape, "a tensor's shape", invalid);
  const steps = wholeNumbers(strides, "a tensor's strides", invalid);
  if (sizes.length !== steps.length)
    throw invalid(`the pickle makes a tensor of shape ${shown(sizes)} with strides ${shown(steps)}`);
  return new TensorReference(storage, type, start, sizes, steps);
}

function wholeNumbers(value: Pickled | undefined, what: string, invalid: Complaint): readonly number[] {
  if (!Array.isArray(value)) throw invalid(`the pickle gives ${what} that is no tuple`);
  if (value.length > MAX_AXES) throw invalid(`the pickle gives ${what} of more than ${MAX_AXES} numbers`);
  if (value.every((size) => Number.isSafeInteger(size) && size >= 0)) return value;
  throw invalid(`the pickle gives ${what} that is no whole number from 0 on`);
}
