// Whole modules, as torch.save(model) pickles them: each has its parameters, buffers and modules inside of it by name, and the options
// of its class as attributes (torch/nn/modules/module.py). Its class is code, and stays a name.
import { UnrolledError } from "../../errors.ts";
import type { PyTorchTensor } from "../pytorch-tensor.ts";
import { isDictionary, isTensor, PyTorchObject, type PyTorchValue } from "../pytorch-value.ts";
import { shown } from "../shown.ts";
import type { KnownLayer, KnownLayers } from "./known-layer.ts";
import { attributeOf } from "./module-attribute.ts";
import { activationsOf } from "./sequential-activations.ts";

/** A model's tensors by name, and what is known of its layers beside them. */
export interface ModuleTensors {
  readonly tensors: Record<string, PyTorchTensor>;
  readonly layers: KnownLayers;
}

/** Modules may be used in several places, and so become more than a file holds; no model has as many. */
const MAX_MODULES = 10_000;
const MAX_DEPTH = 50;
type Activation = NonNullable<KnownLayer["activation"]>;

const TORCH = "torch.nn.modules.";
const WRAPPERS = ["module", "_orig_mod"];

/** Whether an object is a module of PyTorch, by the attributes that all of them have. */
export function isModule({ state }: PyTorchObject): boolean {
  return isDictionary(state) && isDictionary(state._parameters) && isDictionary(state._modules);
}

/** Whether a class is one of PyTorch's layers, of which everything that a network needs is read. */
export function isLayerClass(name: string): boolean {
  return name.startsWith(TORCH) && !name.startsWith(`${TORCH}loss.`);
}

/** What `state_dict()` of a module gives, and the options of those of its layers whose classes are torch.nn's. */
export function tensorsOfModule(root: PyTorchObject): ModuleTensors {
  const tensors = new Map<string, PyTorchTensor>();
  const layers = new Map<string, KnownLayer>();
  const activations = new Map<string, Activation>();
  let count = 0;
  const visit = (module: PyTorchObject, path: readonly string[]): void => {
    count++;
    if (count > MAX_MODULES || path.length > MAX_DEPTH)
      throw invalid(
        `a module that holds more than ${MAX_MODULES} others, or is nested more than ${MAX_DEPTH} deep`,
      );
    const layer = layerOf(module);
    if (layer) layers.set(path.join("."), layer);
    if (module.name === `${TORCH}container.Sequential`)
      for (const [name, activation] of activationsOf(entriesOf(module, "_modules")))
        activations.set([...path, name].join("."), activation);
    const transient = attributeOf(module, "_non_persistent_buffers_set");
    const isKept = (name: string) => !(Array.isArray(transient) && transient.includes(name));
    for (const [name, entry] of entriesOf(module, "_parameters"))
      if (isTensor(entry)) tensors.set([...path, name].join("."), entry);
    for (const [name, entry] of entriesOf(module, "_buffers"))
      if (isTensor(entry) && isKept(name)) tensors.set([...path, name].join("."), entry);
    for (const [name, entry] of entriesOf(module, "_modules"))
      if (entry instanceof PyTorchObject) visit(entry, [...path, name]);
  };
  visit(unwrapped(root), []);
  if (tensors.size === 0) throw invalid(`a module of ${shown(root.name)} without parameters`);
  for (const [name, activation] of activations) layers.set(name, { ...layers.get(name), activation });
  return { tensors: Object.fromEntries(tensors), layers: Object.fromEntries(layers) };
}

/** The module inside of DataParallel and the like. */
function unwrapped(module: PyTorchObject): PyTorchObject {
  const inner = entriesOf(module, "_modules");
  if (inner.length !== 1 || entriesOf(module, "_parameters").length > 0) return module;
  const [name, entry] = inner[0];
  return WRAPPERS.includes(name) && entry instanceof PyTorchObject ? entry : module;
}

/** What the attributes of each of torch.nn's layers say that its tensors do not. */
const LAYERS: Readonly<Record<string, (module: PyTorchObject) => KnownLayer>> = {
  LSTM: recurrentLayer,
  GRU: recurrentLayer,
  RNN: recurrentLayer,
  LSTMCell: () => ({}),
  GRUCell: () => ({}),
  RNNCell: (module) => ({
    nonlinearity: attributeOf(module, "nonlinearity") === "relu" ? "relu" : "tanh",
  }),
  Embedding: () => ({ kind: "embedding" }),
  Linear: () => ({ kind: "linear" }),
  NonDynamicallyQuantizableLinear: () => ({ kind: "linear" }),
  LayerNorm: (module) => {
    const epsilon = numberOf(module, "eps");
    return epsilon === undefined ? {} : { epsilon };
  },
};
/** Names of torch.nn's layers that a network can be made of. */
export const TORCH_LAYERS = Object.keys(LAYERS);

function layerOf(module: PyTorchObject): KnownLayer | undefined {
  const name = module.name.slice(module.name.lastIndexOf(".") + 1);
  return module.name.startsWith(TORCH) && Object.hasOwn(LAYERS, name) ? LAYERS[name](module) : undefined;
}

function recurrentLayer(module: PyTorchObject): KnownLayer {
  const mode = attributeOf(module, "mode");
  const nonlinearity = mode === "RNN_TANH" ? "tanh" : mode === "RNN_RELU" ? "relu" : undefined;
  const dropout = numberOf(module, "dropout");
  const layers = numberOf(module, "num_layers") ?? 1;
  return {
    batchFirst: attributeOf(module, "batch_first") === true,
    ...(nonlinearity ? { nonlinearity } : {}),
    ...(dropout && layers > 1 ? { dropout } : {}),
  };
}

function numberOf(module: PyTorchObject, name: string): number | undefined {
  const value = attributeOf(module, name);
  return typeof value === "number" ? value : undefined;
}

function entriesOf(module: PyTorchObject, name: string): readonly [string, PyTorchValue][] {
  const value = attributeOf(module, name);
  return isDictionary(value) ? Object.entries(value) : [];
}

function invalid(problem: string): UnrolledError {
  return new UnrolledError("invalid-file", { call: "stateDictOf", problem: `the file has ${problem}` });
}
