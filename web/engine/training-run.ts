// A network while it is trained, a step at a time: forward, backward, clipping, update (truncated backpropagation through time where the
// text goes on). Every report comes with the gradients' way through time in its last step.
import {
  Adam,
  type Device,
  Generator,
  generate,
  LanguageModel,
  type ModelFiles,
  type RecurrentState,
  SGD,
  type Tokenizer,
  trainTokenizer,
  UnrolledError,
  zeros,
} from "unrolled";
import { writeSafetensors } from "unrolled/formats/safetensors";
import { type Optimiser, type TrainingStep, trainingStep } from "unrolled/optim";
import { NOT_ASKED, type SymbolBatch, type Task } from "../tasks/task.ts";
import { TASKS } from "../tasks/tasks.ts";
import { scaleToRadius } from "./spectral-radius.ts";
import { accuracyOf, sampleOf } from "./training-answers.ts";
import {
  type Batch,
  type BatchSource,
  type DrawnBatch,
  lastAnswers,
  taskBatches,
  textBatches,
} from "./training-batch.ts";
import { numberNetwork, symbolNetwork, type TrainedNetwork } from "./training-network.ts";
import type { Flow, TrainingReport, TrainingSample, TrainingSetup } from "./training-protocol.ts";

/** Places of weights and of sequences among a seed's streams of random numbers. */
const WEIGHTS = 0;
const SEQUENCES = 1;
/** Rows of which the gradients of the last answers alone are taken. */
const PROBED_ROWS = 8;
const SAMPLE_CHARACTERS = 160;
/** Looking takes at most one part in so many of the time. */
const LOOK_SHARE = 40;

export class TrainingRun {
  readonly setup: TrainingSetup;
  readonly #device: Device;
  readonly #task: Task | undefined;
  readonly #network: TrainedNetwork;
  readonly #tokenizer: Tokenizer | undefined;
  /** The token that stands for each symbol of the task. */
  readonly #idOf: Int32Array | undefined;
  readonly #batches: BatchSource;
  readonly #optimiser: Optimiser;
  #carried: RecurrentState | undefined;
  #step = 0;
  #hasDiverged = false;
  /** Milliseconds of training since the last look, and that a look took. */
  #sinceLook = Number.POSITIVE_INFINITY;
  #lookMs = 0;

  /** @param given the text that is learned, or its tokens, of a vocabulary that is there already */
  constructor(device: Device, setup: TrainingSetup, given: string | TokenisedText = "") {
    this.#device = device;
    this.setup = setup;
    this.#task = TASKS.find(({ name }) => name === setup.task);
    checkSetup(setup, this.#task);
    const { steps, batch, learningRate, seed } = setup;
    const generator = new Generator(seed);
    const weights = generator.fork(WEIGHTS);
    if (this.#task?.kind === "numbers") {
      this.#network = numberNetwork(device, setup, this.#task.inputSize, weights);
    } else {
      this.#tokenizer =
        typeof given === "string"
          ? trainTokenizer({ kind: "char", text: this.#task?.alphabet ?? given })
          : given.tokenizer;
      this.#idOf = this.#task && this.#tokenizer.encode(this.#task.alphabet);
      this.#network = symbolNetwork(device, setup, this.#tokenizer.vocabularySize, weights);
    }
    this.#beginWithRadius();
    this.#batches = this.#task
      ? taskBatches(this.#task, generator.fork(SEQUENCES), steps, batch)
      : textBatches(idsOf(given, this.#tokenizer!), steps, batch);
    const parameters = this.#network.module.parameters();
    this.#optimiser =
      setup.optimiser === "adam"
        ? new Adam(parameters, { learningRate })
        : new SGD(parameters, { learningRate });
  }

  /** Gives W_hh the spectral radius that it is to begin with. */
  #beginWithRadius(): void {
    const { radius = 0, layers, hidden } = this.setup;
    if (radius === 0) return;
    const parameters = this.#network.module.namedParameters();
    for (let layer = 0; layer < layers; layer++) {
      const found = parameters.get(`rnn.weight_hh_l${layer}`);
      if (found?.size !== hidden * hidden) continue;
      const numbers = this.#device.heap.floats().subarray(found.offset, found.offset + found.size);
      scaleToRadius(numbers, hidden, radius);
    }
  }

  get parameters(): number {
    return this.#network.module.parameterCount();
  }

  /** Makes steps until the time is over or so many are made, one at least. */
  async advance(milliseconds: number, mostSteps: number, wantsSample: boolean): Promise<TrainingReport> {
    const losses: number[] = [];
    const norms: number[] = [];
    const started = performance.now();
    let symbols = 0;
    const looks = mostSteps === 1 || this.#sinceLook > LOOK_SHARE * this.#lookMs;
    let seen: Walk = { loss: Number.NaN, accuracy: Number.NaN, sample: undefined, flow: undefined };
    let drawn = this.#batches(this.#step);
    let isLast = this.#hasDiverged;
    while (!isLast) {
      if (losses.length > 0) drawn = this.#batches(this.#step);
      // The step that will be the last one is looked at; which it is, is guessed from what steps have taken so far.
      const elapsed = performance.now() - started;
      const perStep = elapsed / Math.max(1, losses.length);
      isLast = losses.length + 1 >= mostSteps || (losses.length > 0 && elapsed + perStep >= milliseconds);
      const stepped = this.#learn(drawn, isLast && looks);
      seen = stepped.found;
      losses.push(seen.loss);
      norms.push(stepped.gradientNorm);
      if (stepped.isAccepted) {
        this.#step += 1;
        symbols += drawn.batch.targets.length;
      } else {
        this.#hasDiverged = true;
        isLast = true;
      }
    }
    const elapsedMs = performance.now() - started;
    this.#sinceLook += elapsedMs;
    const wantsText = wantsSample && this.#task === undefined && !this.#hasDiverged;
    return {
      step: this.#step,
      losses: Float64Array.from(losses),
      norms: Float64Array.from(norms),
      look: this.#hasDiverged ? undefined : this.#look(drawn, seen),
      symbolsPerSecond: symbols === 0 ? 0 : (1000 * symbols) / elapsedMs,
      sample: wantsText ? await this.#write() : wantsSample ? seen.sample : undefined,
      hasDiverged: this.#hasDiverged,
    };
  }

  /** The network with its tokenizer; undefined where it reads numbers. */
  get trained(): LanguageModel | undefined {
    const { languageModel: parts } = this.#network;
    return parts && this.#tokenizer && new LanguageModel({ ...parts, tokenizer: this.#tokenizer });
  }

  /** The files of its folder; of a network that reads numbers just the weights. */
  async files(): Promise<ModelFiles> {
    const { trained } = this;
    if (trained) return trained.files();
    return { "model.safetensors": writeSafetensors(await this.#network.module.stateDict()) };
  }

  /** One step, which changes nothing if its numbers are not finite. Carries the state on. */
  #learn({ batch, steps, goesOn }: DrawnBatch, isWatched: boolean): TrainingStep<Walk> {
    const before = goesOn ? this.#carried : undefined;
    const read = () => {
      const { loss, said, state, flow } = this.#network.read(this.#asTokens(batch), steps, before, isWatched);
      const found = () => {
        if (batch.kind === "text") this.#carry(state);
        const numbers = this.#device.heap.floats();
        const answers = numbers.subarray(said.offset, said.offset + said.size);
        return {
          loss: numbers[loss.offset],
          flow,
          accuracy: isWatched ? accuracyOf(batch, answers, this.#idOf) : Number.NaN,
          sample:
            isWatched && this.#task ? sampleOf(this.#task, batch, steps, answers, this.#idOf) : undefined,
        };
      };
      return { loss, found };
    };
    const { clip } = this.setup;
    return trainingStep(this.#optimiser, read, {
      maxNorm: clip > 0 ? clip : Number.POSITIVE_INFINITY,
      accepts: ({ loss }, norm) => Number.isFinite(norm) && Number.isFinite(loss),
    });
  }

  /** What there is to see after a step that was watched. */
  #look(drawn: DrawnBatch, { flow, accuracy }: Walk): TrainingReport["look"] {
    if (!flow) return undefined;
    const started = performance.now();
    const lastFlow = this.#probe(drawn);
    this.#lookMs = performance.now() - started;
    this.#sinceLook = 0;
    const { batch } = drawn;
    return { accuracy, bestLoss: batch.kind === "text" ? undefined : batch.bestLoss, flow, lastFlow };
  }

  /** The gradients of the last answers alone, on their way back; the parameters' are forgotten. */
  #probe({ batch, steps }: DrawnBatch): Flow {
    const { batch: asked } = lastAnswers(this.#asTokens(batch), steps, PROBED_ROWS);
    const flow = this.#device.scope(() => {
      const read = this.#network.read(asked, steps, undefined, true);
      read.loss.backward();
      return read.flow ?? NO_FLOW;
    });
    this.#optimiser.zeroGrad();
    return flow;
  }

  #carry(next: RecurrentState): void {
    const rooms = () =>
      Object.entries(next).map(([name, { shape }]) => [name, zeros(this.#device, shape)] as const);
    this.#carried ??= this.#device.lasting(() => Object.fromEntries(rooms()) as unknown as RecurrentState);
    for (const [name, tensor] of Object.entries(next)) this.#carried[name].assign(tensor);
  }

  /** A batch of symbols in the tokens that stand for them. */
  #asTokens(batch: Batch): Batch {
    if (batch.kind !== "symbols") return batch;
    const idOf = this.#idOf!;
    const token = (symbol: number) => (symbol === NOT_ASKED ? NOT_ASKED : idOf[symbol]);
    const of = (symbols: SymbolBatch["inputs"]) => Int32Array.from(symbols, token);
    return { kind: "text", inputs: of(batch.inputs), targets: of(batch.targets) };
  }

  async #write(): Promise<TrainingSample> {
    let text = "";
    const options = { maxNewTokens: SAMPLE_CHARACTERS, temperature: 0.8, seed: this.#step };
    for await (const piece of generate(this.trained!, "", options)) text += piece;
    return { kind: "text", text };
  }
}

/** A text as tokens. */
export interface TokenisedText {
  readonly tokenizer: Tokenizer;
  readonly ids: Int32Array;
}

function idsOf(given: string | TokenisedText, tokenizer: Tokenizer): Int32Array {
  return typeof given === "string" ? tokenizer.encode(given) : given.ids;
}

/** What a step found. */
interface Walk {
  readonly loss: number;
  readonly accuracy: number;
  readonly sample: TrainingSample | undefined;
  readonly flow: Flow | undefined;
}

const NO_FLOW: Flow = { h: [] };

/** Says what cannot be trained before anything is built. */
function checkSetup({ task, steps, hidden, layers, batch }: TrainingSetup, known: Task | undefined): void {
  if (!known && task !== "text")
    throw new UnrolledError("invalid-argument", {
      call: "training",
      problem: `there is no task called ${JSON.stringify(task)}`,
    });
  if (known && steps < known.leastSteps)
    throw new UnrolledError("invalid-argument", {
      call: "training",
      problem: `${known.title} needs sequences of ${known.leastSteps} steps at least, got ${steps}`,
    });
  for (const [what, value, most] of [
    ["units", hidden, 1024],
    ["layers", layers, 8],
    ["sequences", batch, 512],
    ["steps", steps, 2000],
  ] as const)
    if (!Number.isSafeInteger(value) || value < 1 || value > most)
      throw new UnrolledError("invalid-argument", {
        call: "training",
        problem: `needed 1 to ${most} ${what}, got ${value}`,
      });
}
