import { LANGUAGE_MODEL_MODULE } from "#platform";
import type { TokenStreams } from "../data/streams.ts";
import type { StateDict } from "../layers/module.ts";
import type { LanguageModelConfig } from "../models/config.ts";
import type { LanguageModel } from "../models/language-model.ts";
import { Team, type Walked } from "../parallel/team.ts";
import type { Device } from "../tensor/device.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { gatherRows, scatterRows } from "./batch-rows.ts";
import { prefixed, tensorsBelow } from "./checkpoint.ts";
import type { LanguageModelReplicaOptions, LanguageModelShare } from "./language-model-replica.ts";
import { optimiserConfigOf } from "./prepare.ts";
import type { TrainingSettings } from "./settings.ts";

/** What reading a sequence gave. */
export interface WalkedSequence extends Walked {
  /** Tokens predicted. */
  readonly tokens: number;
}

/** A language model and the threads that train it: sequence by sequence of B parallel streams, the state carried on. */
export class Trainer {
  readonly model: LanguageModel;
  readonly team: Team<LanguageModelShare>;
  readonly #settings: TrainingSettings;
  readonly #inputs: Int32Array;
  readonly #targets: Int32Array;

  static async open(
    device: Device,
    config: LanguageModelConfig,
    settings: TrainingSettings,
    threads: number,
  ): Promise<Trainer> {
    const { activationRegularization, temporalActivationRegularization, batchSize } = settings;
    const { embeddingRange, freeze } = settings;
    const options: LanguageModelReplicaOptions = {
      config,
      penalties: { activationRegularization, temporalActivationRegularization },
      embeddingRange,
      freeze,
    };
    const team = await Team.open<LanguageModelReplicaOptions, LanguageModelShare>(
      device,
      { module: LANGUAGE_MODEL_MODULE, export: "languageModelReplica", options },
      { threads, batchSize, optimiser: optimiserConfigOf(settings) },
    );
    return new Trainer(team, settings);
  }

  private constructor(team: Team<LanguageModelShare>, settings: TrainingSettings) {
    this.team = team;
    this.model = team.replica.model as LanguageModel;
    this.#settings = settings;
    this.#inputs = new Int32Array(settings.seqLength * settings.batchSize);
    this.#targets = new Int32Array(this.#inputs.length);
  }

  /** The parameters that are trained, by name. */
  get trained(): Map<string, Tensor> {
    const trained = new Set<Tensor>(this.team.optimiser.parameters);
    return new Map([...this.model.namedParameters()].filter(([, parameter]) => trained.has(parameter)));
  }

  /** Forward and backward over a sequence: leaves the gradients and carries the state on; the first of an epoch starts from zero. */
  async walk(streams: TokenStreams, sequence: number): Promise<WalkedSequence> {
    const { batchSize } = this.#settings;
    const steps = streams.batch(sequence, this.#inputs, this.#targets);
    let column = 0;
    const parts = this.team.rows.map((rows) => {
      const columnsOf = (entries: Int32Array) => columns(entries, steps, batchSize, column, rows);
      const share = { inputs: columnsOf(this.#inputs), targets: columnsOf(this.#targets), steps };
      column += rows;
      return { rows, share: { ...share, startsAnew: sequence === 0 } };
    });
    return { ...(await this.team.walk(parts)), tokens: steps * batchSize };
  }

  /** Changes the weights by the gradients of the last walk, clipped to the largest norm that the settings allow. */
  async update(gradientNorm: number, learningRate: number): Promise<void> {
    const { gradClip } = this.#settings;
    const scale = gradClip > 0 && gradientNorm > gradClip ? gradClip / gradientNorm : 1;
    await this.team.update({ learningRate, scale });
  }

  /** Sets the carried state to zero: a step that went wrong has left its numbers there. */
  forgetState(): void {
    for (const part of this.team.carried.flatMap((state) => Object.values(state)))
      part.device.kernels.fill(part.offset, 0, part.size);
  }

  /** Seconds that a step takes: the second of two that change nothing. */
  async secondsPerStep(streams: TokenStreams): Promise<number> {
    const places = [...this.model.dropoutPlaces().values()];
    const before = places.map((place) => place.state());
    await this.walk(streams, 0);
    const started = performance.now();
    await this.walk(streams, 0);
    const seconds = (performance.now() - started) / 1000;
    for (const [index, place] of places.entries()) place.restore(before[index]);
    return seconds;
  }

  /** Copies of the parameters, of what the optimiser remembers, and of the carried state [L, B, H] of all threads. */
  async tensors(): Promise<StateDict> {
    return {
      ...prefixed("model", await this.model.stateDict()),
      ...prefixed("optimiser", await this.team.optimiser.stateDict()),
      ...prefixed("carried", await gatherRows(this.team.carried)),
    };
  }

  /** Goes on from such copies, made with any number of threads. */
  restore(tensors: StateDict): void {
    this.team.optimiser.loadStateDict(tensorsBelow(tensors, "optimiser"));
    this.model.loadStateDict(tensorsBelow(tensors, "model"));
    scatterRows(tensorsBelow(tensors, "carried"), this.team.carried);
  }
}

/** Columns `first` to `first + count − 1` of entries [T, B], as [T, count]. */
function columns(
  entries: Int32Array,
  steps: number,
  batch: number,
  first: number,
  count: number,
): Int32Array {
  const part = new Int32Array(steps * count);
  for (let t = 0; t < steps; t++) {
    const from = t * batch + first;
    part.set(entries.subarray(from, from + count), t * count);
  }
  return part;
}
