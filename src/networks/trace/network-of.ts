import { Module } from "../../module/module.ts";
import { eachPart } from "../../module/module-parts.ts";
import { Generator } from "../../random/philox.ts";
import type { Device } from "../../tensor/device.ts";
import { ints, shapeText, type Tensor, tensor } from "../../tensor/tensor.ts";
import type { Axis, NetworkConfig, NetworkInput, NetworkLayer } from "../config.ts";
import type { Network } from "../network.ts";
import { networkFrom } from "../network-data.ts";
import { SequentialModule } from "../sequential.ts";
import { entryOperations } from "./entries.ts";
import { Lowering, tensorsOf } from "./lowering.ts";
import { refusal, watchPass } from "./pass.ts";
import { rowOperations } from "./rows.ts";
import { sequenceOperations } from "./sequences.ts";
import { shapeOperations } from "./shapes.ts";
import {
  type GraphLeaf,
  type GraphNode,
  type GraphValue,
  graphOf,
  isOperation,
  type Sizes,
} from "./symbolic.ts";

/** What a module's forward pass is given: one tensor, or several by name, and lengths. */
export interface TracedCall {
  /** Steps that each sequence has. */
  readonly lengths: readonly number[];
}

/** How a module is read. */
export interface NetworkOfOptions<Own extends Module, Inputs extends string = string> {
  /**
   * What it reads: names, kinds ("int" for ids) and axes, of which "B" is the number of sequences and "T" that of their steps:
   * `[{ name: "ids", axes: ["B", "T"], kind: "int" }]`, or ["T", "B"] where it is time-major.
   */
  readonly inputs: readonly (NetworkInput & { readonly name: Inputs })[];
  /** Runs it; `module.forward(x, { lengths })` if not given, where x is the one input, or the inputs by name. */
  readonly forward?: (module: Own, inputs: Readonly<Record<string, Tensor>>, call: TracedCall) => unknown;
}

/** Lengths of the two passes that are compared, and of a third that must come out the same; no two products of them are equal. */
const SIZES: Sizes = { T: [19, 23], B: [3, 5] };
const TRIED = { T: 29, B: 2 };
const EXAMPLE = '[{ name: "ids", axes: ["B", "T"], kind: "int" }]';
const OPERATIONS = { ...entryOperations, ...rowOperations, ...shapeOperations, ...sequenceOperations };
/** How far a number of the network may be from the module's, in shares of its size and at least 1. */
const TOLERANCE = 1e-4;

/**
 * The network that a module is: its layers and operations, found by watching its forward pass over sequences of different lengths, with
 * a copy of its parameters under its own names where these end in a layer's (`head.weight`). So it has ONNX (`writeOnnx`), a folder
 * (`new NetworkModel(network).files()`) and streams (`session`, `pool`). Dropout is off. A result is named "output" unless the
 * module gives tensors by name. A `sequential` module, or one that is a network, gives its own network, which shares its parameters.
 *
 * @throws UnrolledError "invalid-argument" with the line of the caller's code that reads numbers, loops over steps, or calls an operation
 * which no layer of a network does
 */
export function networkOf<Name extends string>(module: SequentialModule<Name>): Network<Name, "output">;
export function networkOf<Own extends Module, Inputs extends string>(
  module: Own,
  options: NetworkOfOptions<Own, Inputs>,
): Network<Inputs>;
export function networkOf(module: Module, options?: NetworkOfOptions<Module>): Network {
  if (module instanceof SequentialModule) return module.network;
  if (!(module instanceof Module)) throw refusal("module is not a Module", {});
  if (!options?.inputs?.length)
    throw refusal(`inputs are missing, needed what the module reads, as ${EXAMPLE}`, {});
  options.inputs.forEach(requireInput);
  const [first] = module.parameters();
  if (!first)
    throw refusal("the module has no parameters, so there is nothing that a network would hold", {});
  const { device } = first;
  return evaluating(module, () =>
    device.withoutGradients(() =>
      device.scope(() => {
        const traced = trace(module, device, options);
        const network = device.lasting(() => networkFrom(device, traced));
        for (const isRagged of traced.usesLengths ? [true, false] : [false])
          compare(module, network, options, isRagged);
        return network;
      }),
    ),
  );
}

function requireInput({ name, axes, kind }: NetworkInput): void {
  if (typeof name === "string" && Array.isArray(axes) && (kind === "int" || kind === "float")) return;
  throw refusal(
    `an input is ${JSON.stringify({ name, axes, kind })}, needed a name, axes, and the kind "int" or "float", as in ${EXAMPLE}`,
    {},
  );
}

function trace(module: Module, device: Device, options: NetworkOfOptions<Module>) {
  const { inputs } = options;
  const passes = ([0, 1] as const).map((at) => {
    const [T, B] = [SIZES.T[at], SIZES.B[at]];
    const given = inputsOf(device, inputs, { T, B }, () => 0);
    const lengths = lengthsOf(T, B);
    return { ...watchPass(device, given, () => run(module, options, given, lengths)), lengths };
  });
  const outputs = graphOf(passes[0].pass, passes[1].pass, SIZES);
  const names = new Map<Tensor, string>();
  for (const [name, one] of [...module.namedParameters(), ...module.namedBuffers()]) names.set(one, name);
  const lowering = new Lowering({
    inputs,
    names,
    operations: OPERATIONS,
    sizes: SIZES,
    ports: portsOf([...outputs.values()]),
    lengths: [passes[0].lengths, passes[1].lengths],
  });
  const made = Array.from(outputs, ([name, value]) => {
    const lowered = lowering.value(value);
    const { shape } = lowered;
    if (lowered.isJoined || lowered.states)
      throw refusal(
        `output ${name} is ${lowered.states ? "a state of all layers" : "of rows of all steps"}, needed T and B apart`,
        {},
      );
    return { name, from: lowered.name, shape };
  });
  const config: NetworkConfig = {
    inputs: inputs.map(({ name, axes, kind }) => ({ name, axes: [...axes], kind })),
    layers: reached(
      lowering.layers,
      made.map(({ from }) => from),
    ),
    outputs: made.map(({ name, from }) => ({ name, from })),
  };
  return { config, tensors: tensorsOf(lowering.sources), usesLengths: lowering.usesLengths };
}

/** Which results of each operation are read. */
function portsOf(outputs: readonly GraphValue[]): Map<GraphNode | GraphLeaf, Set<string>> {
  const ports = new Map<GraphNode | GraphLeaf, Set<string>>();
  const walk = ({ from, port }: GraphValue) => {
    const known = ports.get(from);
    known?.add(port);
    if (known) return;
    ports.set(from, new Set([port]));
    if (isOperation(from)) for (const input of from.inputs) if (input) walk(input);
  };
  for (const output of outputs) walk(output);
  return ports;
}

/** The layers that outputs depend on. */
function reached(layers: readonly NetworkLayer[], outputs: readonly string[]): NetworkLayer[] {
  const needed = new Set(outputs);
  for (const layer of [...layers].reverse())
    if (needed.has(layer.name)) for (const input of layer.inputs) needed.add(input);
  return layers.filter(({ name }) => needed.has(name));
}

/** Runs both on sequences of other lengths, and refuses a network whose numbers are not the module's. */
function compare(
  module: Module,
  network: Network,
  options: NetworkOfOptions<Module>,
  isRagged: boolean,
): void {
  const { device, config } = network;
  const generator = new Generator(1);
  const ids = leastVocabulary(config.layers);
  const given = inputsOf(device, options.inputs, TRIED, (kind) =>
    kind === "int" ? (generator.bits() >>> 0) % ids : generator.evenly(1, 1)![0],
  );
  const { T, B } = TRIED;
  const lengths = isRagged ? lengthsOf(T, B) : new Array<number>(B).fill(T);
  const there = watchPass(device, given, () => run(module, options, given, lengths)).made;
  const { outputs } = network.forward(given, isRagged ? { lengths } : {});
  for (const [name, ours] of Object.entries(outputs)) {
    const theirs = there[name].read();
    const numbers = ours.read();
    const at = theirs.findIndex(
      (number, index) => !(Math.abs(number - numbers[index]) <= TOLERANCE * Math.max(1, Math.abs(number))),
    );
    if (at < 0 && theirs.length === numbers.length) continue;
    throw refusal(
      `${name} ${shapeText(ours.shape)} is ${numbers[at]} at ${at} where the module's is ${theirs[at]}; it depends on more than layers and operations`,
      {},
    );
  }
}

function leastVocabulary(layers: readonly NetworkLayer[]): number {
  const sizes = layers.map(({ config }) => (config.kind === "embedding" ? config.vocabularySize : Infinity));
  return Math.min(2 ** 20, ...sizes);
}

function run(
  module: Module,
  { forward, inputs }: NetworkOfOptions<Module>,
  given: Readonly<Record<string, Tensor>>,
  lengths: readonly number[],
): unknown {
  if (forward) return forward(module, given, { lengths });
  const own = module as Module & { forward?: (x: unknown, call: TracedCall) => unknown };
  if (typeof own.forward !== "function")
    throw refusal("the module has no forward, needed one, or the option forward", {});
  return own.forward(inputs.length === 1 ? given[inputs[0].name] : given, { lengths });
}

function inputsOf(
  device: Device,
  inputs: readonly NetworkInput[],
  sizes: { readonly T: number; readonly B: number },
  number: (kind: NetworkInput["kind"]) => number,
): Readonly<Record<string, Tensor>> {
  return Object.fromEntries(
    inputs.map(({ name, axes, kind }) => {
      const shape = axes.map((axis) => lengthOf(axis, sizes));
      const count = shape.reduce((product, length) => product * length, 1);
      const numbers = Array.from({ length: count }, () => number(kind));
      return [name, kind === "int" ? ints(device, numbers, shape) : tensor(device, numbers, shape)];
    }),
  );
}

function lengthOf(axis: Axis, sizes: { readonly T: number; readonly B: number }): number {
  if (typeof axis === "number") return axis;
  if (axis === "T" || axis === "B") return sizes[axis];
  throw refusal(`an input has the free length ${axis}, needed numbers, "B" and "T"`, {});
}

/** Sequences of unequal length, the first one of all T steps. */
function lengthsOf(steps: number, batch: number): readonly number[] {
  return Array.from({ length: batch }, (_, b) => steps - 2 * b);
}

/** Runs a callback with dropout off in a module and all in it, each of which is then as it was. */
function evaluating<Result>(module: Module, body: () => Result): Result {
  const training: Module[] = [];
  eachPart(module, isModule, (_, part) => {
    if (isModule(part) && part.training) training.push(part);
  });
  module.eval();
  try {
    return body();
  } finally {
    for (const part of training) part.training = true;
  }
}

function isModule(value: unknown): value is Module {
  return value instanceof Module;
}
