import { UnrolledError } from "../errors.ts";
import type { Network } from "../networks/network.ts";
import { pooledNetwork } from "../networks/pooled-network.ts";
import { networkValues, streamedNetwork } from "../networks/streamed-network.ts";
import { type GivenNumbers, givenNumbers } from "../session/given-numbers.ts";
import type { ModelInput, ModelOutput, ModelValue } from "../session/model-value.ts";
import type { Session, SessionPool, SessionPoolOptions } from "../session/session.ts";
import { StepPool } from "../session/step-pool.ts";
import { StepSession } from "../session/step-session.ts";
import { ints, type Tensor, tensor } from "../tensor/tensor.ts";
import type { Model, ModelFormat, ModelSessionOptions, RunOptions } from "./model.ts";
import type { ModelFiles } from "./model-files.ts";
import type { MadeBy } from "./network-files.ts";

/** A model that is a network of this library's layers. Throws as `Model` does. */
export class NetworkModel<Format extends ModelFormat = Exclude<ModelFormat, "onnx" | "language-model">>
  implements Model
{
  readonly format: Format;
  /** Its layers, to look into, to train further, or to take weights from. */
  readonly network: Network;
  /** What has trained it, where its folder tells. */
  readonly madeBy: MadeBy | undefined;
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];

  /** @param options format: what it was read from, "network" if not given; madeBy: what has trained it */
  constructor(
    network: Network,
    options: { readonly format?: Format | undefined; readonly madeBy?: MadeBy | undefined } = {},
  ) {
    const { inputs, outputs } = networkValues(network);
    this.format = options.format ?? ("network" as Format);
    this.network = network;
    this.madeBy = options.madeBy;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  get task(): string | undefined {
    return this.madeBy?.task;
  }

  /** What its sessions' states call it, beside its layers. */
  protected get owner(): string {
    return "";
  }

  async run(
    inputs: Readonly<Record<string, ModelInput>>,
    { lengths, signal }: RunOptions = {},
  ): Promise<Record<string, ModelOutput>> {
    if (signal?.aborted)
      throw new UnrolledError("aborted", { call: "run", problem: "aborted by its signal" });
    return runNetwork(this.network, givenNumbers("run", this.inputs, inputs), lengths);
  }

  session({ batchSize, states, carried }: ModelSessionOptions = {}): Session {
    if (states || carried) {
      throw new UnrolledError("invalid-argument", {
        call: "session",
        problem: `${states ? "states" : "carried"} was given, but this model is no ONNX graph; its layers keep their own states`,
      });
    }
    return new StepSession(streamedNetwork(this.network, this.owner), batchSize);
  }

  pool({ capacity }: SessionPoolOptions = {}): SessionPool {
    return new StepPool(pooledNetwork(this.network, this.owner), capacity);
  }

  async files(): Promise<ModelFiles> {
    const { filesOfNetwork } = await import("./network-files.ts");
    return filesOfNetwork(this.network, this.madeBy);
  }
}

/** The outputs of a network for inputs that were checked, copied out of the heap. */
export function runNetwork(
  network: Network,
  given: ReadonlyMap<string, GivenNumbers>,
  lengths?: readonly number[],
): Record<string, ModelOutput> {
  const { device, config } = network;
  return device.withoutGradients(() =>
    device.scope(() => {
      const tensors = config.inputs.map(({ name, kind }): [string, Tensor] => {
        const { shape, data } = given.get(name)!;
        return [name, kind === "int" ? ints(device, data, shape) : tensor(device, data, shape)];
      });
      const { outputs } = network.forward(Object.fromEntries(tensors), { lengths });
      return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, copyOf(value)]));
    }),
  );
}

function copyOf(value: Tensor): ModelOutput {
  const { heap } = value.device;
  const memory = value.kind === "int" ? heap.ints() : heap.floats();
  const numbers = memory.subarray(value.offset, value.offset + value.size);
  return {
    shape: [...value.shape],
    data: value.kind === "int" ? Int32Array.from(numbers) : Float32Array.from(numbers),
  };
}
