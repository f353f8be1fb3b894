import { UnrolledError } from "../errors.ts";
import type { NamedValue, Steps } from "../session/steps.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { requireWholes } from "../whole-numbers.ts";
import { kindOf } from "./known-kinds.ts";
import type { LayerStep, StepRoom } from "./layer-kind.ts";
import type { LayeredNetwork } from "./layered-network.ts";
import { type StepValue, stepWidth } from "./step-value.ts";
import { streamProblems } from "./stream-problems.ts";
import { walkedConfig } from "./walked-config.ts";

/** One step of all layers for up to `batch` sequences, in room that is taken once. How states are carried is the caller's. */
export class NetworkSteps implements Steps {
  readonly network: LayeredNetwork;
  readonly inputs: readonly NamedValue<StepValue>[];
  readonly outputs: readonly NamedValue<StepValue>[];
  readonly #steps: readonly LayerStep[];
  readonly #rooms: Tensor[] = [];

  /** @throws UnrolledError "invalid-argument" that names the layers which cannot be read step by step, and why */
  constructor(
    call: string,
    network: LayeredNetwork,
    batch: number,
    carried: Pick<StepRoom, "recurrent" | "rows">,
  ) {
    const { device } = network;
    const { config, shapes } = walkedConfig(network);
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
    const readers: IdReader[] = [];
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
      if (step?.checkIds) readers.push({ ids: read[0], checkIds: step.checkIds });
    }
    this.#steps = steps;
    const named = (name: string, from: string): NamedValue<StepValue> => ({ name, value: values.get(from)! });
    this.inputs = config.inputs.map(({ name, kind }) => {
      const input = named(name, name);
      if (kind === "float") return input;
      const checks = readers.filter(({ ids }) => ids === input.value).map(({ checkIds }) => checkIds);
      return { ...input, check: checkOfIds(name, checks) };
    });
    this.outputs = config.outputs.map(({ name, from }) => named(name, from));
  }

  /** Takes the step for the first `rows` sequences. */
  run(rows: number): void {
    for (const step of this.#steps) step.run(rows);
  }
}

/** A layer that reads ids as an input has them. */
interface IdReader {
  readonly ids: StepValue;
  readonly checkIds: NonNullable<LayerStep["checkIds"]>;
}

/** Throws "invalid-argument" for an id of an input that is no whole number, or that a layer does not know. */
function checkOfIds(name: string, checks: readonly IdReader["checkIds"][]): (ids: ArrayLike<number>) => void {
  const subject = () => `input ${name} has`;
  return (ids) => {
    requireWholes("step", ids, subject);
    for (const check of checks) check(ids);
  };
}
