import { BLOCK_ROWS, PoolParts, type StateJoin } from "../../session/pool-parts.ts";
import type { Session, SessionOptions, SessionPool, SessionPoolOptions } from "../../session/session.ts";
import { type Pooled, StepPool } from "../../session/step-pool.ts";
import { type SessionParts, StepSession, type Streamed } from "../../session/step-session.ts";
import type { PlacedValue } from "../../session/steps.ts";
import { type Tensor, zeros } from "../../tensor/tensor.ts";
import type { RecurrentStack } from "../recurrent-stack.ts";
import { PoolStates } from "./pool-states.ts";
import { RecurrentStream } from "./recurrent-stream.ts";

/** A stack's state is that of one part. */
const ALONE: StateJoin = { join: ([state]) => state, part: (state) => [state] };

/** A session over layers: x [B, I] to y [B, P], the last layer's h. */
export function sessionOfLayers(layers: RecurrentStack, { batchSize }: SessionOptions): Session {
  return new StepSession(streamedLayers(layers), batchSize);
}

/** A pool over layers. */
export function poolOfLayers(layers: RecurrentStack, { capacity }: SessionPoolOptions): SessionPool {
  return new StepPool(streamedLayers(layers), capacity);
}

function streamedLayers(layers: RecurrentStack): Streamed & Pooled {
  const { device, inputSize, outputSize } = layers;
  const y = (): PlacedValue => ({ at: 0, width: outputSize, kind: "float" });
  return {
    device,
    inputs: [{ name: "x", axes: ["T", "B", inputSize], kind: "float" }],
    outputs: [{ name: "y", axes: ["T", "B", outputSize], kind: "float" }],

    begin(batchSize): SessionParts {
      const stream = new RecurrentStream("session", layers, batchSize);
      const output = y();
      const input: PlacedValue = { at: stream.input, width: inputSize, kind: "float" };
      const run = () => {
        output.at = stream.advance(input.at);
        // Where the next one is best put.
        input.at = stream.input;
      };
      return {
        steps: { inputs: [{ name: "x", value: input }], outputs: [{ name: "y", value: output }], run },
        state: stream,
      };
    },

    beginPool(capacity) {
      const states = new PoolStates("pool", layers, capacity);
      const parts = new PoolParts(capacity, ALONE);
      parts.add(states);
      const room: Tensor = device.lasting(() => zeros(device, [BLOCK_ROWS * inputSize]));
      const input: PlacedValue = { at: room.offset, width: inputSize, kind: "float" };
      const output = y();
      const run = (rows: number) => {
        output.at = states.advance(parts.together, rows, input.at);
      };
      return {
        steps: { inputs: [{ name: "x", value: input }], outputs: [{ name: "y", value: output }], run },
        parts,
      };
    },
  };
}
