import type { TransducerStepper } from "../../decoding/transducer/transducer-stepper.ts";
import type { TransducerJoint } from "../../losses/transducer-joint.ts";
import { JointChunk } from "../../losses/transducer-joint.ts";
import type { LayeredNetwork, NetworkState } from "../../networks/layered-network.ts";
import type { Storage } from "../../tensor/storage.ts";
import { ints } from "../../tensor/tensor.ts";
import { jointOf } from "./transcribe-batch.ts";

/** What a prediction network says after some labels. */
export interface PredictionState {
  readonly predicted: Float32Array;
  readonly state: NetworkState;
}

/** The prediction network, label by label, and the joint network of a transducer that was trained: what a search needs of it. */
export class TransducerOfNetwork implements TransducerStepper<PredictionState> {
  readonly vocabularySize: number;
  readonly blank: number;
  readonly encodedSize: number;
  readonly #model: LayeredNetwork;
  readonly #joint: TransducerJoint;
  readonly #layers: LayeredNetwork["config"]["layers"];
  /** Room for what the encoder says, for what is predicted, and for where both are joined. */
  readonly #room: Storage;

  constructor(
    model: LayeredNetwork,
    { blank, classes }: { readonly blank: number; readonly classes: number },
  ) {
    const [encoded] = model.config.outputs;
    this.#model = model;
    this.#joint = jointOf(model);
    this.blank = blank;
    this.vocabularySize = classes;
    this.encodedSize = model.shapes.get(encoded.from)!.axes.at(-1) as number;
    const { layers } = model.config;
    const reads = new Set(["labels"]);
    this.#layers = layers.filter(
      ({ name, inputs }) => inputs.some((each) => reads.has(each)) && reads.add(name),
    );
    const elements = 2 * this.encodedSize + JointChunk.elements(1, this.encodedSize, classes);
    this.#room = model.device.allocateLasting(elements);
  }

  start(): PredictionState {
    return this.#read(this.blank, {});
  }

  next({ state }: PredictionState, tokenId: number): PredictionState {
    return this.#read(tokenId, state);
  }

  /** Logits [V] of what the encoder says of a step and a prediction; valid until the next call. */
  join(encoded: Float32Array, { predicted }: PredictionState): Float32Array {
    const { device } = this.#model;
    const { offset } = this.#room;
    const [H, V] = [this.encodedSize, this.vocabularySize];
    const rows = { encoded: offset, predicted: offset + H };
    const chunk = new JointChunk(device, this.#joint, offset + 2 * H, 1, H, V);
    device.heap.put(encoded, rows.encoded);
    device.heap.put(predicted, rows.predicted);
    chunk.forward(rows, 1, 1);
    return Float32Array.from(device.heap.floats().subarray(chunk.logits, chunk.logits + V));
  }

  #read(label: number, state: NetworkState): PredictionState {
    const { device } = this.#model;
    return device.withoutGradients(() =>
      device.scope(() => {
        const labels = new Map([["labels", { tensor: ints(device, [label], [1, 1]) }]]);
        const { values, state: after } = this.#model.apply(this.#layers, labels, { state });
        const predicted = values.get(this.#model.config.outputs[1].from)!.tensor.read();
        return { predicted, state: after };
      }),
    );
  }
}
