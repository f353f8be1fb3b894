import type { StateDict } from "../../module/state-dict.ts";
import type { LayerConfig, NetworkInput, NetworkLayer } from "../../networks/config.ts";
import { shapeAfter } from "../../networks/shape-after.ts";
import type { ValueShape } from "../../networks/value-shape.ts";
import { KerasProblem } from "./keras-fields.ts";

/** Which steps of a value count: those where a value of the network, ids or numbers, is not `value`. */
export interface StepsThatCount {
  readonly source: string;
  readonly value: number;
}

/** Gathers layers and their weights, each layer held to the shapes of what it reads. */
export class NetworkBuilder {
  readonly inputs: NetworkInput[] = [];
  readonly layers: NetworkLayer[] = [];
  readonly tensors = new Map<string, StateDict[string]>();
  /** How far the numbers behind each name have come. */
  readonly #counts = new Map<string, number>();
  readonly #shapes = new Map<string, ValueShape | undefined>();
  readonly #masks = new Map<string, StepsThatCount>();

  /** A name that no layer and no input has yet. */
  freeName(wanted: string): string {
    let name = wanted;
    let count = this.#counts.get(wanted) ?? 1;
    while (this.#shapes.has(name)) name = `${wanted}_${++count}`;
    this.#counts.set(wanted, count);
    return name;
  }

  addInput(input: NetworkInput): string {
    const name = this.freeName(input.name);
    this.inputs.push({ ...input, name });
    this.#shapes.set(name, input);
    return name;
  }

  /**
   * Adds a layer, and gives the name that it has got.
   *
   * @param tensors its weights by the ends of their names: `weight_ih_l0`
   */
  add(
    wanted: string,
    inputs: readonly string[],
    config: LayerConfig,
    tensors: Readonly<Record<string, StateDict[string]>> = {},
  ): string {
    const name = this.freeName(wanted);
    const shapes = inputs.map((input) => this.#shapes.get(input));
    const known = shapes.filter((shape) => shape !== undefined);
    const shape = known.length === shapes.length ? shapeAfter(name, config, known) : undefined;
    if (shape && "problem" in shape) throw new KerasProblem(shape.problem);
    this.layers.push({ name, inputs, config });
    this.#shapes.set(name, shape);
    const mask = this.#maskAfter(inputs, config, shape);
    if (mask) this.#masks.set(name, mask);
    for (const [end, tensor] of Object.entries(tensors)) this.tensors.set(`${name}.${end}`, tensor);
    return name;
  }

  /** A name for what a layer that could not be read would have put out, so that those behind it are looked at all the same. */
  addUnknown(wanted: string): string {
    const name = this.freeName(wanted);
    this.#shapes.set(name, undefined);
    return name;
  }

  /** Which steps of a value count, where not all do. */
  maskOf(name: string): StepsThatCount | undefined {
    return this.#masks.get(name);
  }

  /** The shape of a layer's output or of an input; undefined behind a layer that could not be read. */
  shapeOf(name: string): ValueShape | undefined {
    return this.#shapes.get(name);
  }

  #maskAfter(
    inputs: readonly string[],
    config: LayerConfig,
    shape: ValueShape | undefined,
  ): StepsThatCount | undefined {
    switch (config.kind) {
      case "embedding":
        return config.maskZero ? { source: inputs[0], value: 0 } : undefined;
      case "masking":
        return { source: inputs[0], value: config.value };
      case "masked-by":
        return { source: inputs[1], value: config.value };
      case "all-steps":
      case "flatten":
      case "reshape":
        return undefined;
      default: {
        // What has no steps any more has none that count.
        if (shape && shape.axes.length < 3) return undefined;
        return inputs.map((input) => this.#masks.get(input)).find((mask) => mask !== undefined);
      }
    }
  }
}
