import { UnrolledError } from "../errors.ts";
import type { NamedValue, PlacedValue, Steps } from "../session/steps.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { requireWholes } from "../whole-numbers.ts";
import { kindOf } from "./known-kinds.ts";
import type { LayerStep, StepRoom } from "./layer-kind.ts";
import type { LayeredNetwork } from "./layered-network.ts";
import { networkShapes } from "./network-shapes.ts";
import { type StepValue, stepWidth } from "./step-value.ts";
import { streamProblems } from "./stream-problems.ts";
import { walkedConfig } from "./walked-config.ts";

/** One step of all layers for up to `batch` sequences, in room that is taken once. How states are carried is the caller's. */
export class NetworkSteps implements Steps {
  readonly network: LayeredNetwork;
  readonly inputs: readonly NamedValue<StepValue>[];
  readonly outputs: readonly NamedValue<StepValue>[];
  readonly #steps: readonly LayerStep[];
  /** The layers that read an input's ids, by where it stands. */
  readonly #readers = new Map<PlacedValue, LayerStep[]>();
  readonly #rooms: Tensor[] = [];

  /** @throws UnrolledError "invalid-argument" that names the layers which cannot be read step by step, and why */
  constructor(
    call: string,
    network: LayeredNetwork,
    batch: number,
    carried: Pick<StepRoom, "recurrent" | "rows">,
  ) {
    const { device } = network;
    const config = walkedConfig(network.config);
    const shapes = networkShapes(config);
    const problems = streamProblems(config, shapes);
    if (problems.length > 0) {
      throw new UnrolledError("invalid-argument", {
        call,
        problem: `this network cannot be read step by step: ${problems.join("; ")}`,
      });
    }
    this.network = network;
    const take = (elements: number) => {
      const room = device.lasting(() => zeros(device, [elements]));
      this.#rooms.push(room);
      return room.offset;
    };
    const room: StepRoom = {
      device,
      batch,
      take,
      recurrent: (module) => carried.recurrent(module),
      rows: (width, owner) => carried.rows(width, owner),
    };
    const values = new Map<string, StepValue>();
    for (const { name, kind } of config.inputs) {
      const width = stepWidth(shapes.get(name)!)!;
      values.set(name, { at: take(batch * width), width, kind });
    }
    const steps: LayerStep[] = [];
    for (const { name, inputs, config: layer } of config.layers) {
      const read = inputs.map((from) => values.get(from)!);
      const step = kindOf(layer).step?.(room, {
        name,
        config: layer,
        module: network.layers.get(name),
        read,
        shapes: inputs.map((from) => shapes.get(from)!),
        width: stepWidth(shapes.get(name)!)!,
      });
      values.set(name, step?.value ?? read[0]);
      if (step) steps.push(step);
      if (step?.checkIds) this.#readers.set(read[0], [...(this.#readers.get(read[0]) ?? []), step]);
    }
    this.#steps = steps;
    const named = (name: string, from: string): NamedValue<StepValue> => ({ name, value: values.get(from)! });
    this.inputs = config.inputs.map(({ name }) => named(name, name));
    this.outputs = config.outputs.map(({ name, from }) => named(name, from));
  }

  /** Takes the step for the first `rows` sequences. */
  run(rows: number): void {
    for (const step of this.#steps) step.run(rows);
  }

  /**
   * Looks at an input's numbers before any are put in place.
   *
   * @throws UnrolledError "invalid-argument" for an id that is no whole number, or that a layer does not know
   */
  check({ name, value }: NamedValue, numbers: ArrayLike<number>): void {
    if (value.kind === "float") return;
    requireWholes("step", numbers, () => `input ${name} has`);
    for (const layer of this.#readers.get(value) ?? []) layer.checkIds?.(numbers);
  }
}
