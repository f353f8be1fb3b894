import { UnrolledError } from "../errors.ts";
import type { Network } from "../networks/network.ts";
import { networkShapes } from "../networks/network-shapes.ts";
import { NetworkSession } from "../networks/session.ts";
import { ints, type Tensor, tensor } from "../tensor/tensor.ts";
import { givenNumbers } from "./given-numbers.ts";
import { ModelStream } from "./model-stream.ts";
import type {
  ModelInput,
  ModelOutput,
  ModelSession,
  ModelSessionOptions,
  ModelValue,
  OpenedModel,
  RunOptions,
} from "./opened-model.ts";
import type { ModelFormat } from "./read-model.ts";

/** A model that became a network of this library's layers. */
export class OpenedNetwork implements OpenedModel {
  readonly format: Exclude<ModelFormat, "onnx" | "language-model">;
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  /** Its layers, to look into, to train further, or to save. */
  readonly network: Network;

  constructor(format: OpenedNetwork["format"], network: Network) {
    const shapes = networkShapes(network.config);
    this.format = format;
    this.network = network;
    this.inputs = network.config.inputs.map(({ name, axes, kind }) => ({ name, axes, kind }));
    this.outputs = network.config.outputs.map(({ name, from }) => ({ name, ...shapes.get(from)! }));
  }

  async run(
    inputs: Readonly<Record<string, ModelInput>>,
    { lengths, signal }: RunOptions = {},
  ): Promise<Record<string, ModelOutput>> {
    if (signal?.aborted) throw new UnrolledError("aborted", "run: aborted by its signal");
    const given = givenNumbers("run", this.inputs, inputs);
    const { device } = this.network;
    return device.withoutGradients(() =>
      device.scope(() => {
        const tensors = this.inputs.map(({ name, kind }): [string, Tensor] => {
          const { shape, data } = given.get(name)!;
          return [name, kind === "int" ? ints(device, data, shape) : tensor(device, data, shape)];
        });
        const { outputs } = this.network.forward(Object.fromEntries(tensors), { lengths });
        return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, copyOf(value)]));
      }),
    );
  }

  session({ batchSize, states, carried }: ModelSessionOptions = {}): ModelSession {
    if (states || carried) {
      throw new UnrolledError(
        "invalid-argument",
        `session: ${states ? "states" : "carried"} was given, but this model is no ONNX graph; its layers keep their own states`,
      );
    }
    const session = new NetworkSession(this.network, batchSize === undefined ? {} : { batchSize });
    return new NetworkStream(session, this.inputs, this.outputs);
  }
}

class NetworkStream extends ModelStream<NetworkSession> {
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];

  constructor(session: NetworkSession, inputs: readonly ModelValue[], outputs: readonly ModelValue[]) {
    super(session);
    this.inputs = inputs.map((value) => oneStep(value, session.batchSize));
    this.outputs = outputs.map((value) => oneStep(value, session.batchSize));
  }

  step(inputs: Readonly<Record<string, ModelInput>>): Record<string, ModelOutput> {
    const given = [...givenNumbers("step", this.inputs, inputs)];
    const outputs = this.outputs.map(
      ({ name, axes }): [string, Required<ModelOutput> & { data: Float32Array }] => {
        const shape = axes as readonly number[];
        return [name, { shape, data: new Float32Array(shape.reduce((size, length) => size * length, 1)) }];
      },
    );
    this.session.stepByName(
      Object.fromEntries(given.map(([name, { data }]) => [name, data])),
      Object.fromEntries(outputs.map(([name, { data }]) => [name, data])),
    );
    return Object.fromEntries(outputs);
  }

  fork(): ModelSession {
    return new NetworkStream(this.session.fork(), this.inputs, this.outputs);
  }
}

/** A value as one step has it: B is known, T is gone. */
function oneStep({ name, axes, kind }: ModelValue, batchSize: number): ModelValue {
  const known = axes === "unknown" ? [] : axes.filter((axis) => axis !== "T");
  return { name, kind, axes: known.map((axis) => (axis === "B" ? batchSize : axis)) };
}

/** A tensor's numbers, copied out of the heap. */
export function copyOf(value: Tensor): ModelOutput {
  const { heap } = value.device;
  const memory = value.kind === "int" ? heap.ints() : heap.floats();
  const numbers = memory.subarray(value.offset, value.offset + value.size);
  return {
    shape: [...value.shape],
    data: value.kind === "int" ? Int32Array.from(numbers) : Float32Array.from(numbers),
  };
}
