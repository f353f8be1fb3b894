import { type Tokens, tokensOf } from "../../../data/tokens.ts";
import { UnrolledError } from "../../../errors.ts";
import { crossEntropy } from "../../../losses/cross-entropy.ts";
import { carry, zeroState } from "../../../networks/carried-state.ts";
import type { LayeredNetwork } from "../../../networks/layered-network.ts";
import type { ReadLoss } from "../../../optimisers/training-step.ts";
import { mean } from "../../../tensor/operations/reductions.ts";
import { ints } from "../../../tensor/tensor.ts";

/** How a text is walked through. */
export interface WalkOptions {
  /** Whose call it is. */
  readonly call: string;
  /** Streams side by side, spread over the text; 1 if not given. */
  readonly batch?: number;
  /** Most predictions of each stream. */
  readonly longest: number;
  /** Steps that are read at once. */
  readonly steps: number;
  /** Makes a step on the mean loss of each part, and hands on what was found, the losses; no gradients are made if not given. */
  readonly learn?: ((read: () => ReadLoss<Float32Array>) => Float32Array) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const PAUSE_EVERY_MS = 20;

/**
 * Reads streams of a text from state zero, the state carried on: the losses of the next tokens in nats, part by part, [T, B] each. Gives way
 * to other tasks now and then.
 *
 * @throws UnrolledError "aborted" once `signal` is
 */
export async function* walkText(
  network: LayeredNetwork,
  ids: Int32Array | Tokens,
  { call, batch = 1, longest, steps: most, learn, signal }: WalkOptions,
): AsyncGenerator<Float32Array> {
  const { device } = network;
  const source = tokensOf(ids);
  const spacing = Math.floor((ids.length - 1) / batch);
  const length = Math.min(spacing, longest);
  const state = zeroState(network, batch);
  let pausedAt = performance.now();
  for (let start = 0; start < length; start += most) {
    const steps = Math.min(most, length - start);
    const [inputs, targets] = [new Int32Array(steps * batch), new Int32Array(steps * batch)];
    const row = new Int32Array(steps + 1);
    for (let stream = 0; stream < batch; stream++) {
      source.read(stream * spacing + start, row);
      for (let t = 0; t < steps; t++) {
        inputs[t * batch + stream] = row[t];
        targets[t * batch + stream] = row[t + 1];
      }
    }
    const forward = () => {
      const given = { ids: ints(device, inputs, [steps, batch]) };
      const { outputs, state: next } = network.forward(given, { state });
      carry(state, next);
      return crossEntropy(outputs.logits, ints(device, targets, [steps, batch]), { reduction: "none" });
    };
    const read = () => {
      const each = forward();
      return { loss: mean(each), found: () => each.read() };
    };
    const losses = learn?.(read) ?? device.withoutGradients(() => device.scope(() => forward().read()));
    yield losses;
    if (performance.now() - pausedAt < PAUSE_EVERY_MS) continue;
    await new Promise((resume) => setTimeout(resume, 0));
    if (signal?.aborted) throw new UnrolledError("aborted", { call, problem: "aborted" });
    pausedAt = performance.now();
  }
}

/** Runs what looks at a network: nothing is dropped meanwhile. */
export async function undropped<Result>(
  network: LayeredNetwork,
  body: () => Promise<Result>,
): Promise<Result> {
  const { training } = network;
  network.eval();
  try {
    return await body();
  } finally {
    if (training) network.train();
  }
}
