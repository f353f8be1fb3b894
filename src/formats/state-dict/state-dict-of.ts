import { UnrolledError } from "../../errors.ts";
import type { PyTorchTensor } from "../pytorch-tensor.ts";
import { isDictionary, isTensor, PyTorchObject, type PyTorchValue } from "../pytorch-value.ts";
import { shown } from "../shown.ts";
import { isModule, type ModuleTensors, tensorsOfModule } from "./module-tensors.ts";

const CALL = "stateDictOf";
/** Where training scripts keep a state dictionary or a model inside of a checkpoint, first come first read. */
export const CHECKPOINT_KEYS = [
  ...["state_dict", "model_state_dict", "model_state", "model", "module", "net", "network"],
  ...[
    "net_state_dict",
    "network_state_dict",
    "model_dict",
    "model_weights",
    "weights",
    "params",
    "parameters",
  ],
  ...["generator", "generator_state_dict", "g", "rnn", "lstm", "gru"],
  ...[
    "model_ema",
    "ema",
    "ema_state_dict",
    "ema_model",
    "state_dict_ema",
    "averaged_model",
    "best_model",
    "best",
  ],
] as const;
/** Checkpoints inside of checkpoints. */
const MAX_DEPTH = 4;

/**
 * The state dictionary in what `readPyTorch` gives: the value itself where it is named tensors and nothing else, that of a whole module
 * by the names that its `state_dict()` has, or what a checkpoint has of either under a usual key: `state_dict`, `model_state_dict`,
 * `model_state`, `model`, `module`, `net`, `network`, …, `generator`, …, `ema`, the first of them that is there; or under another key
 * if it is the only one.
 *
 * @throws UnrolledError "invalid-file" that lists what there is instead, or the keys of several state dictionaries, none of them usual
 */
export function stateDictOf(value: PyTorchValue): Record<string, PyTorchTensor> {
  return modelIn(value).tensors;
}

/** As `stateDictOf`, with what a pickled module says of its layers. */
export function modelIn(value: PyTorchValue): ModuleTensors {
  const found = search(value, 0);
  if (found) return found;
  const inside = isDictionary(value) ? `a dictionary with the keys ${keysOf(value)}` : describe(value);
  throw invalid(
    inside,
    `named tensors, or these under ${CHECKPOINT_KEYS.join(", ")}; give the part that holds them`,
  );
}

function search(value: PyTorchValue | undefined, depth: number): ModuleTensors | undefined {
  const here = modelAt(value);
  if (here || !isDictionary(value) || depth > MAX_DEPTH) return here;
  for (const key of CHECKPOINT_KEYS) {
    const found = Object.hasOwn(value, key) ? search(value[key], depth + 1) : undefined;
    if (found) return found;
  }
  const others = Object.entries(value).filter(([, entry]) => modelAt(entry));
  if (others.length > 1)
    throw invalid(
      `a dictionary with state dictionaries under ${shown(others.map(([key]) => key))}`,
      `one model; give the part that is meant: networkOfStateDict(stateDictOf(value[${shown(others[0][0])}]))`,
    );
  return others.length === 1 ? modelAt(others[0][1]) : undefined;
}

function modelAt(value: PyTorchValue | undefined): ModuleTensors | undefined {
  // Frameworks have dictionaries of their own.
  if (value instanceof PyTorchObject)
    return isModule(value) ? tensorsOfModule(value) : modelAt(value.entries);
  return isStateDict(value) ? { tensors: tensorsIn(value), layers: {} } : undefined;
}

/** Named tensors. Modules can add what is no tensor under a name of PyTorch's. */
function isStateDict(value: PyTorchValue | undefined): value is Record<string, PyTorchValue> {
  if (!isDictionary(value)) return false;
  const own = Object.keys(value).filter((name) => !/(^|\.)_(extra_state|metadata)$/.test(name));
  return own.length > 0 && own.every((name) => isTensor(value[name]));
}

function tensorsIn(value: Record<string, PyTorchValue>): Record<string, PyTorchTensor> {
  if (Object.values(value).every(isTensor)) return value as Record<string, PyTorchTensor>;
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, PyTorchTensor] => isTensor(entry[1])),
  );
}

function describe(value: PyTorchValue): string {
  return value instanceof PyTorchObject ? `an object of ${shown(value.name)}` : shown(value);
}

function keysOf(dictionary: object): string {
  return shown(Object.keys(dictionary));
}

function invalid(got: string, needed: string): UnrolledError {
  return new UnrolledError("invalid-file", { call: CALL, subject: "value", got, needed });
}
