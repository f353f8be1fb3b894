import type { CellSpec } from "../cells/spec.ts";
import { UnrolledError } from "../errors.ts";
import { Module, requireSize } from "../module/module.ts";
import type { GivenFor, OptionTable } from "../options/option.ts";
import type { Generator } from "../random/philox.ts";
import type { RecurrentState } from "../recurrent/recurrent.ts";
import { RecurrentStack } from "../recurrent/recurrent-stack.ts";
import type { Device } from "../tensor/device.ts";
import { add, scaled } from "../tensor/operations/arithmetic.ts";
import { stack, swapAxes } from "../tensor/operations/shapes.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";
import { requireLengths } from "../whole-numbers.ts";
import { AttentiveRecurrent, absentScores } from "./attentive-recurrent.ts";
import { Linear } from "./linear.ts";

/** What an attention decoder is made of. */
export interface AttentionDecoderOptions<Own extends OptionTable = OptionTable> {
  /** I: width of what each step reads, such as an embedding. */
  readonly inputSize: number;
  /** H: units of each layer. */
  readonly hiddenSize: number;
  /** K: width of what it looks at, such as an encoder's outputs. */
  readonly memorySize: number;
  /** O: width of what it puts out; H if not given. */
  readonly outputSize?: number;
  /** Recurrent layers; 1 if not given. */
  readonly numLayers?: number;
  /** Options of the cell, of every layer. */
  readonly cellOptions?: GivenFor<Own>;
  /** How a state is held against an entry of the memory; "general" if not given. "dot" needs K = H. */
  readonly attention?: "general" | "dot" | "additive";
  /** What the next step reads of it: the output ("output", if not given: Luong), or the context that its state finds first ("context": Bahdanau). */
  readonly feeding?: "output" | "context";
  /** Heads of attention, of which H and K are multiples; 1 if not given. */
  readonly heads?: number;
  /** Whether additive attention knows the sum of what it gave to each entry (See, Liu & Manning 2017). */
  readonly coverage?: boolean;
  /** Filters over where additive attention looked last, and the entries that each reads (Chorowski et al. 2015). */
  readonly location?: { readonly filters: number; readonly kernelSize: number };
  /** Probability of dropout between layers; 0 if not given. */
  readonly dropout?: number;
  /** Whether sequences are [B, T, …] instead of [T, B, …]; false if not given. */
  readonly batchFirst?: boolean;
  /** Draws the first weights; the device's if not given. */
  readonly generator?: Generator;
}

/** How a decoder is run. */
export interface AttentionDecoderCall {
  /** Entries that the memory of each of the B sequences has, 1 to T; all T if not given. */
  readonly lengths?: readonly number[] | undefined;
  /** Where it stands before the first step: each layer's states by name and number (`h0`, `c0`, `h1`) [1, B, H], or a `state` that it gave. */
  readonly state?: RecurrentState | undefined;
}

/** What a decoder gives. */
export interface AttentionDecoderResult {
  /** [U, B, O]. */
  readonly outputs: Tensor;
  /** The share of each entry of the memory at each step, the mean of all heads [U, B, T]. */
  readonly weights: Tensor;
  /** After the last step: the layers' states, and what is fed to the next step, for one who goes on. */
  readonly state: RecurrentState;
}

/**
 * A decoder whose every step looks back at a memory, so that what it has found is part of its recurrence: o = tanh(W [c; h]), c being the
 * mean of the memory weighed by attention from the top layer's h (Luong, Pham & Manning 2015; Bahdanau, Cho & Bengio 2015). Parameters:
 * `keys.weight` [A, K] (not for "dot"), `decoder.rnn.0.weight_ih_l0` and so on, `decoder.combine.weight` [O, K + H], and of additive attention
 * `decoder.query`, `decoder.score`.
 *
 * @throws UnrolledError "invalid-argument" for sizes and options that do not fit together
 */
export class AttentionDecoder<Own extends OptionTable = OptionTable> extends Module {
  readonly keys: Linear | undefined;
  readonly decoder: AttentiveRecurrent;
  readonly batchFirst: boolean;
  readonly #sizes: readonly [input: number, memory: number];

  /** @param cell what its layers are made of, such as `CELLS.lstm` */
  constructor(device: Device, cell: CellSpec<Own>, options: AttentionDecoderOptions<Own>) {
    super();
    const { inputSize, hiddenSize, memorySize, outputSize = hiddenSize, numLayers = 1, heads = 1 } = options;
    const { attention = "general", feeding = "output", coverage = false, location, dropout = 0 } = options;
    const { generator = device.generator, batchFirst = false, cellOptions } = options;
    for (const [name, size] of Object.entries({
      inputSize,
      hiddenSize,
      memorySize,
      outputSize,
      numLayers,
      heads,
    }))
      requireSize(CALL, name, size);
    const isAdditive = attention === "additive";
    if (!isAdditive && (coverage || location))
      refuse(`attention is ${attention}, needed additive where coverage or location is asked for`);
    const fed = feeding === "output" ? outputSize : memorySize;
    const layers: RecurrentStack[] = [];
    for (let layer = 0; layer < numLayers; layer++) {
      const own = { inputSize: layers[layer - 1]?.outputSize ?? inputSize + fed, hiddenSize, generator };
      layers.push(new RecurrentStack(device, cell as CellSpec, { ...cellOptions, ...own }));
    }
    const width = layers[0].outputSize;
    const keySize = isAdditive ? hiddenSize : width;
    if (attention === "dot" && memorySize !== width)
      refuse(
        `dot holds states of ${width} against entries of ${memorySize}, needed equal sizes; general and additive learn to`,
      );
    for (const size of [keySize, memorySize])
      if (size % heads !== 0) refuse(`heads is ${heads}, needed a divisor of ${size}`);
    if (attention !== "dot")
      this.keys = new Linear(device, { inputSize: memorySize, outputSize: keySize, bias: false, generator });
    this.decoder = new AttentiveRecurrent(device, {
      ...{ layers, memorySize, keySize, heads, outputSize, coverage, location, dropout, generator },
      score: isAdditive ? "additive" : "dot",
      order: feeding === "output" ? "after" : "before",
    });
    this.batchFirst = batchFirst;
    this.#sizes = [inputSize, memorySize];
  }

  /**
   * Reads xs [U, B, I] while it looks at a memory [T, B, K]. One step at a time, with the state of the step before, it gives the same.
   *
   * @throws UnrolledError "shape-mismatch" for tensors or lengths that do not fit
   */
  forward(xs: Tensor, memory: Tensor, { lengths, state }: AttentionDecoderCall = {}): AttentionDecoderResult {
    const [inputSize, memorySize] = this.#sizes;
    const turned = (x: Tensor) => (this.batchFirst ? swapAxes(x) : x);
    const fits =
      xs.shape.length === 3 &&
      memory.shape.length === 3 &&
      xs.shape[2] === inputSize &&
      memory.shape[2] === memorySize &&
      xs.shape[this.batchFirst ? 0 : 1] === memory.shape[this.batchFirst ? 0 : 1];
    if (!fits)
      throw new UnrolledError("shape-mismatch", {
        call: CALL,
        problem: `xs ${shapeText(xs.shape)} and memory ${shapeText(memory.shape)} do not fit, needed as many sequences of both, ${inputSize} numbers of a step and ${memorySize} of an entry`,
      });
    const values = this.batchFirst ? memory : swapAxes(memory);
    const [batch, entries] = values.shape;
    requireLengths(CALL, lengths, batch, entries);
    const keys = this.keys?.forward(values) ?? values;
    const masked = lengths && absentScores(values.device, batch, entries, (b, t) => t >= lengths[b]);
    const made = this.decoder.forward(turned(xs), { keys, values, masked }, state);
    const heads = made.weights.map((steps) => stack(steps));
    const total = heads.reduce((sum, each) => add(sum, each));
    const weights = heads.length === 1 ? total : scaled(total, 1 / heads.length);
    return { outputs: turned(made.outputs), weights: turned(weights), state: made.state };
  }
}

const CALL = "AttentionDecoder";

function refuse(problem: string): never {
  throw new UnrolledError("invalid-argument", { call: CALL, problem });
}
