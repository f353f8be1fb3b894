import { UnrolledError } from "../errors.ts";
import { Dropout } from "../layers/dropout.ts";
import { Module, type Parameter, requireRoom, type StateDict } from "../module/module.ts";
import type { Generator } from "../random/philox.ts";
import type { LayerObserver, RecurrentState } from "../recurrent/recurrent.ts";
import type { Device } from "../tensor/device.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";
import { requireLengths } from "../whole-numbers.ts";
import type { NetworkConfig, NetworkInput, NetworkLayer } from "./config.ts";
import { kindOf } from "./known-kinds.ts";
import { hasLengths, type MaskedValue } from "./mask.ts";
import { networkShapes } from "./network-shapes.ts";
import { parameterCount } from "./parameter-shapes.ts";
import { isRecurrent } from "./recurrent-axes.ts";
import { namedOnce, tiesOf } from "./ties.ts";
import { axesText, type ValueShape } from "./value-shape.ts";

/** States of a network's recurrent layers, by the layers' names. */
export type NetworkState = Readonly<Record<string, RecurrentState>>;

/** Options of running a network. */
export interface NetworkCall {
  /** Steps that each of the B sequences has, 1 to T, in any order; all T if not given. */
  readonly lengths?: readonly number[] | undefined;
  /** State before the first step, of those layers that are named; the others begin as they do without one. */
  readonly state?: NetworkState | undefined;
  /** Who looks at the steps of a recurrent layer, by its name, if anyone does. */
  readonly observe?: ((name: string) => LayerObserver | undefined) | undefined;
  /**
   * Is given what each input and layer has made, and returns what those that read it are to read: a tensor of the same numbers that
   * gathers gradients of its own, say, or some of its steps.
   */
  readonly handOn?: ((name: string, value: Tensor) => Tensor) | undefined;
  /** Is given the weights of each attention layer, one tensor [B, S, T] for each head, whose rows add up to 1. */
  readonly attends?: ((name: string, weights: readonly Tensor[]) => void) | undefined;
}

/** Results of running a network. */
export interface NetworkResult<Outputs extends string = string> {
  /** By the names that the configuration gives them. */
  readonly outputs: Readonly<Record<Outputs, Tensor>>;
  /** What each layer has made, by the layers' names. */
  readonly values: ReadonlyMap<string, Tensor>;
  /** State of each recurrent layer after each sequence's last step. */
  readonly state: NetworkState;
}

/**
 * What a `Network` is without its checks and its sessions: layers of a configuration that is known to be right, run over sequences.
 * A program that trains a model which it has described itself needs no more.
 */
export class LayeredNetwork extends Module {
  readonly device: Device;
  readonly config: NetworkConfig;
  /** What runs each layer that has parameters or drops entries. */
  readonly layers: ReadonlyMap<string, Module>;
  /** @internal Of inputs and of layers' outputs, by name. */
  readonly shapes: ReadonlyMap<string, ValueShape>;

  constructor(device: Device, config: NetworkConfig, options: { readonly generator?: Generator } = {}) {
    super();
    this.device = device;
    this.config = config;
    requireRoom("network", parameterCount(config));
    const generator = options.generator ?? device.generator;
    const layers = new Map<string, Module>();
    const ties = tiesOf(config);
    const parameters = new Map<string, Parameter>();
    for (const { name, config: layer } of config.layers) {
      const tied = (own: string) => parameters.get(ties.get(`${name}.${own}`) ?? "");
      const module = inLayer(name, () => kindOf(layer).build?.(device, layer, { generator, tied }));
      if (!module) continue;
      layers.set(name, module);
      for (const [own, parameter] of module.namedParameters()) parameters.set(`${name}.${own}`, parameter);
    }
    // Keys of masks are drawn behind all weights, so that a seed's first weights are the same with dropout and without. Those that
    // drop whole words come last.
    const entries = [...layers.values()].filter((module) => module instanceof Dropout);
    for (const module of [...entries, ...layers.values()])
      for (const place of module.dropoutPlaces().values()) place.settle(generator);
    this.layers = layers;
    this.shapes = networkShapes(config);
  }

  /**
   * Runs the network on its inputs by name, recorded for backward().
   *
   * @throws UnrolledError "shape-mismatch" that names the input or the layer
   */
  forward(inputs: Readonly<Record<string, Tensor>>, call: NetworkCall = {}): NetworkResult {
    const { lengths, state = {}, handOn } = call;
    this.#check(inputs, state, lengths);
    const given = this.config.inputs.map(({ name, axes }): [string, MaskedValue] => [
      name,
      {
        tensor: handOn?.(name, inputs[name]) ?? inputs[name],
        lengths: hasLengths(axes) ? lengths : undefined,
      },
    ]);
    const { values, state: after } = this.apply(this.config.layers, new Map(given), call);
    const outputs = this.config.outputs.map(({ name, from }) => [name, values.get(from)!.tensor] as const);
    return {
      outputs: Object.fromEntries(outputs),
      values: new Map(Array.from(values, ([name, { tensor }]) => [name, tensor])),
      state: after,
    };
  }

  /** @internal Runs some of the layers, in their order, on values of which those that they read are known. */
  apply(
    layers: readonly NetworkLayer[],
    known: ReadonlyMap<string, MaskedValue>,
    { state = {}, observe, handOn, attends }: NetworkCall = {},
  ): { readonly values: ReadonlyMap<string, MaskedValue>; readonly state: NetworkState } {
    const values = new Map(known);
    const states: [string, RecurrentState][] = [];
    for (const { name, inputs: reads, config } of layers) {
      const call = {
        name,
        config,
        module: this.layers.get(name),
        values: reads.map((read) => values.get(read)!),
        shapes: reads.map((read) => this.shapes.get(read)!),
        state: Object.hasOwn(state, name) ? state[name] : undefined,
        observe: observe?.(name),
        attends: attends && ((weights: readonly Tensor[]) => attends(name, weights)),
      };
      const { value, state: after } = inLayer(name, () => kindOf(config).apply(call));
      const tensor = handOn?.(name, value.tensor) ?? value.tensor;
      values.set(name, { ...value, tensor, state: after });
      if (after) states.push([name, after]);
    }
    return { values, state: Object.fromEntries(states) };
  }

  /** Overwrites all parameters. One that is tied may be given under both of its names, as PyTorch does; the first counts. */
  override loadStateDict(state: StateDict): void {
    super.loadStateDict(namedOnce(state, this.config));
  }

  #check(
    inputs: Readonly<Record<string, Tensor>>,
    state: NetworkState,
    sequenceLengths: NetworkCall["lengths"],
  ): void {
    const lengths = new Map<string, { readonly length: number; readonly input: string }>();
    for (const input of this.config.inputs) {
      const tensor = Object.hasOwn(inputs, input.name) ? inputs[input.name] : undefined;
      if (!tensor || !fits(input, tensor)) {
        const came = tensor ? `${shapeText(tensor.shape)} (${tensor.kind})` : "missing";
        throw new UnrolledError("shape-mismatch", {
          call: "network",
          problem: `input ${input.name} is ${came}, needed ${axesText(input.axes)} (${input.kind})`,
        });
      }
      input.axes.forEach((axis, at) => {
        if (typeof axis === "number") return;
        const length = tensor.shape[at];
        const known = lengths.get(axis);
        if (known && known.length !== length) {
          throw new UnrolledError("shape-mismatch", {
            call: "network",
            problem: `${axis} is ${length} in input ${input.name} and ${known.length} in input ${known.input}, needed one length`,
          });
        }
        lengths.set(axis, { length, input: input.name });
      });
    }
    const [batch, steps] = ["B", "T"].map((axis) => lengths.get(axis)?.length);
    if (batch !== undefined && steps !== undefined) requireLengths("network", sequenceLengths, batch, steps);
    refuseUnknown(
      "input",
      Object.keys(inputs),
      this.config.inputs.map(({ name }) => name),
    );
    refuseUnknown("state of layer", Object.keys(state), this.recurrentLayers());
  }

  /** Names of the layers that have a state. */
  recurrentLayers(): string[] {
    return this.config.layers.filter(({ config }) => isRecurrent(config)).map(({ name }) => name);
  }
}

function fits({ axes, kind }: NetworkInput, tensor: Tensor): boolean {
  return (
    tensor.kind === kind &&
    tensor.shape.length === axes.length &&
    axes.every((axis, at) => typeof axis === "string" || axis === tensor.shape[at])
  );
}

function refuseUnknown(what: string, given: readonly string[], known: readonly string[]): void {
  const unknown = given.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UnrolledError("invalid-argument", {
      call: "network",
      problem: `${what} ${unknown} was given, but this network has ${known.length > 0 ? known.join(", ") : "none"}`,
    });
  }
}

/** Says in which layer of the network something went wrong. */
function inLayer<Result>(layer: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof UnrolledError) || error.call === "network") throw error;
    throw error.within({ call: "network", place: `layer ${layer}` });
  }
}
