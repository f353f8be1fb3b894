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
const STATE_ARGUMENT = "initial_state";
/** Arguments that are read in the order of `args` behind them, where they are given by name. */
const IN_ORDER = ["query", "value", "key", "initial_state"];

/** What one call of a layer is given. */
export interface CallArguments {
  /** Tensors, in the order in which the layer reads them. */
  readonly inputs: readonly TensorReference[];
  /** The tensors that say which steps count. Null where the call says that there are none. */
  readonly mask: TensorReference | null | undefined;
  /** What is given by name or in order and is no tensor. */
  readonly constants: Readonly<Record<string, unknown>>;
  /** Names of further arguments that are tensors. */
  readonly others: readonly string[];
}

const NOTHING: CallArguments = { inputs: [], mask: undefined, constants: {}, others: [] };

/** What each call of a layer is given; one call that reads nothing for an input. */
export function readInboundNodes(layer: unknown): CallArguments[] {
  const nodes = isRecord(layer) ? (layer.inbound_nodes ?? []) : [];
  if (!Array.isArray(nodes)) throw new KerasProblem(`inbound_nodes is ${shown(nodes)}, needed a list`);
  if (nodes.length === 0) return [NOTHING];
  return nodes.map((node) => {
    if (isRecord(node)) return argumentsOf(node.args, isRecord(node.kwargs) ? node.kwargs : {});
    const found: TensorReference[] = [];
    gather(node, found, 0);
    return { ...argumentsOf([], keywordsIn(node, 0)), inputs: found };
  });
}

/** What a call is given in Keras 3: in order, and by name. */
function argumentsOf(args: unknown, keywords: Readonly<Record<string, unknown>>): CallArguments {
  const inputs: TensorReference[] = [];
  const constants: Record<string, unknown> = {};
  for (const [at, value] of (Array.isArray(args) ? args : [args]).entries()) {
    // An operation may be given a number, a layer may not.
    if (typeof value === "number" || typeof value === "boolean") constants[String(at)] = value;
    else gather(value, inputs, 0);
  }
  for (const name of IN_ORDER) if (keywords[name] != null) gather(keywords[name], inputs, 1);
  const others: string[] = [];
  let mask: TensorReference | null | undefined;
  for (const [name, value] of Object.entries(keywords)) {
    if (IN_ORDER.includes(name)) continue;
    const found: TensorReference[] = [];
    if (typeof value === "object" && value !== null) gather(value, found, 0);
    if (name === "mask" && found.length <= 1) mask = found[0] ?? null;
    else if (found.length > 0) others.push(name);
    else constants[name] = value;
  }
  return { inputs, mask, constants, others };
}

/** The arguments by name that a call of Keras 2 has behind the first tensor which has any. */
function keywordsIn(value: unknown, depth: number): Readonly<Record<string, unknown>> {
  if (!Array.isArray(value) || depth > GREATEST_DEPTH) return {};
  if (isReference(value)) {
    const { [STATE_ARGUMENT]: _, ...others } = isRecord(value[3]) ? value[3] : {};
    return others;
  }
  const all = value.map((entry) => keywordsIn(entry, depth + 1));
  return all.find((keywords) => Object.keys(keywords).length > 0) ?? {};
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
