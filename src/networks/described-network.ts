import type { Session, SessionOptions, SessionPool, SessionPoolOptions } from "../session/session.ts";
import { StepPool } from "../session/step-pool.ts";
import { StepSession } from "../session/step-session.ts";
import { LayeredNetwork } from "./layered-network.ts";
import { pooledNetwork } from "./pooled-network.ts";
import { streamedNetwork } from "./streamed-network.ts";

/** What a `Network` is without its checks: of a configuration that a program has described itself, run over sequences and streamed. */
export class DescribedNetwork<
  Inputs extends string = string,
  Outputs extends string = string,
> extends LayeredNetwork {
  /**
   * A stream with a state of its own, with the network's inputs and outputs one step at a time.
   *
   * @throws UnrolledError "invalid-argument" that names the layers which cannot be read step by step, and why
   */
  session({ batchSize }: SessionOptions = {}): Session<Inputs, Outputs> {
    return new StepSession(streamedNetwork(this), batchSize);
  }

  /** Many streams that step together. Throws as `session` does. */
  pool({ capacity }: SessionPoolOptions = {}): SessionPool {
    return new StepPool(pooledNetwork(this), capacity);
  }
}
