import type { LayerConfig, NetworkInput, NetworkLayer } from "../../networks/config.ts";
import { shapeAfter, type ValueShape } from "../../networks/value-shape.ts";
import type { ForeignTensor } from "../foreign-network.ts";
import { KerasProblem } from "./keras-fields.ts";

/** Gathers layers and their weights, each layer held to the shapes of what it reads. */
export class NetworkBuilder {
  readonly inputs: NetworkInput[] = [];
  readonly layers: NetworkLayer[] = [];
  readonly tensors = new Map<string, ForeignTensor>();
  /** How far the numbers behind each name have come. */
  readonly #counts = new Map<string, number>();
  readonly #shapes = new Map<string, ValueShape>();

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
    tensors: Readonly<Record<string, ForeignTensor>> = {},
  ): string {
    const name = this.freeName(wanted);
    const shape = shapeAfter(
      name,
      config,
      inputs.map((input) => this.shapeOf(input)),
    );
    if ("problem" in shape) throw new KerasProblem(shape.problem);
    this.layers.push({ name, inputs, config });
    this.#shapes.set(name, shape);
    for (const [end, tensor] of Object.entries(tensors)) this.tensors.set(`${name}.${end}`, tensor);
    return name;
  }

  /** The shape of a layer's output or of an input. */
  shapeOf(name: string): ValueShape {
    const shape = this.#shapes.get(name);
    if (shape === undefined) throw new KerasProblem(`it reads ${name}, which could not be read`);
    return shape;
  }
}
