// How functional models write which layer reads what.
//   Keras 2, TensorFlow.js: inbound_nodes is a list of calls, each a list of [layer, node, tensor, keyword arguments]
//   Keras 3: each call is { args, kwargs } with tensors as { class_name: "__keras_tensor__", config: { keras_history: [layer, node,
//   tensor] } }, alone or in lists
import { isRecord } from "../../options/field-checks.ts";
import { shown } from "../shown.ts";
import { KerasProblem } from "./keras-fields.ts";
import type { TensorReference } from "./keras-graph.ts";

/** Lists in lists that are believed, and values that one call reads. */
const GREATEST_DEPTH = 4;
const MOST_TENSORS = 1000;
/** Arguments of a call that are tensors and not read in the order of `args`. */
const STATE_ARGUMENT = "initial_state";

/** What each call of a layer reads; one call that reads nothing for an input. */
export function readInboundNodes(layer: unknown): TensorReference[][] {
  const nodes = isRecord(layer) ? (layer.inbound_nodes ?? []) : [];
  if (!Array.isArray(nodes)) throw new KerasProblem(`inbound_nodes is ${shown(nodes)}, needed a list`);
  if (nodes.length === 0) return [[]];
  return nodes.map((node) => {
    const found: TensorReference[] = [];
    if (isRecord(node)) {
      gather(node.args, found, 0);
      if (isRecord(node.kwargs)) gatherStates(node.kwargs, found);
    } else gather(node, found, 0);
    return found;
  });
}

/** A list of tensors: [["lstm", 0, 0], …], or one alone. */
export function readTensorList(list: unknown): TensorReference[] {
  const found: TensorReference[] = [];
  if (isRecord(list)) for (const entry of Object.values(list).slice(0, MOST_TENSORS)) gather(entry, found, 0);
  else gather(list, found, 0);
  if (found.length === 0) throw new KerasProblem(`the model's inputs or outputs are ${shown(list)}`);
  return found;
}

function gather(value: unknown, found: TensorReference[], depth: number): void {
  if (depth > GREATEST_DEPTH || found.length > MOST_TENSORS)
    throw new KerasProblem("a call of a layer reads too many values, or lists nested too deep");
  if (isReference(value)) {
    const [layer, node, tensor, keywords] = value;
    found.push({ layer, node, tensor });
    if (isRecord(keywords)) gatherStates(keywords, found);
  } else if (Array.isArray(value)) {
    if (value.length > MOST_TENSORS) throw new KerasProblem(`a call of a layer reads ${value.length} values`);
    for (const entry of value) gather(entry, found, depth + 1);
  } else if (isRecord(value) && isRecord(value.config)) {
    const { keras_history: history } = value.config;
    if (!isReference(history))
      throw new KerasProblem(`a layer reads ${shown(value)}, needed a layer's output`);
    found.push({ layer: history[0], node: history[1], tensor: history[2] });
  } else if (value !== null && value !== undefined) {
    throw new KerasProblem(`a layer reads ${shown(value)}, needed a layer's output`);
  }
}

/** Initial states of a recurrent layer stand among its keyword arguments. */
function gatherStates(keywords: Record<string, unknown>, found: TensorReference[]): void {
  const states = Object.hasOwn(keywords, STATE_ARGUMENT) ? keywords[STATE_ARGUMENT] : undefined;
  if (states !== undefined && states !== null) gather(states, found, 1);
}

function isReference(value: unknown): value is [string, number, number, unknown] {
  if (!Array.isArray(value) || value.length < 3 || value.length > 4) return false;
  const isCount = (entry: unknown) => Number.isSafeInteger(entry) && (entry as number) >= 0;
  return typeof value[0] === "string" && isCount(value[1]) && isCount(value[2]);
}
