// An average of the weights w_1 … w_k that training went through, gathered in place: average ← average + rate·(w_k − average).
//   mean         rate 1/k: each counts alike (averaged SGD, Polyak & Juditsky 1992)
//   exponential  rate (1−d)/(1−dᵏ): w_i counts as d^(k−i), the weights of the sum scaled to 1, so that no start is left behind
import { UnrolledError } from "../errors.ts";
import { copyIn, copyOut, type StateDict } from "../module/state-dict.ts";
import { deviceOf } from "../tensor/operations/output.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { besideEach, requireRanges } from "./optimiser.ts";

/** Which average, as plain data. */
export type AverageKind =
  | { readonly kind: "mean" }
  /** `decay` is d, above 0 and below 1. */
  | { readonly kind: "exponential"; readonly decay: number };

/** A part of the parameters: entries `from` up to but not `to` of the one with that index. */
export interface ElementRange {
  readonly index: number;
  readonly from: number;
  readonly to: number;
}

/** How far an average has come, as plain data. */
export interface WeightAverageState {
  readonly updates: number;
  /** dᵏ. */
  readonly remaining: number;
}

/** Averages weights over the steps of a training, to evaluate and save with. */
export class WeightAverage {
  readonly parameters: readonly Tensor[];
  readonly kind: AverageKind;
  /** The average of each parameter; the weights themselves while swapped. */
  readonly averages: readonly Tensor[];
  #updates = 0;
  #remaining = 1;
  #swapped = false;

  /**
   * Begins with nothing. `averages` are tensors of the parameters' shapes to gather in, where several threads share them; each then
   * updates ranges of its own.
   *
   * @throws UnrolledError "invalid-argument" for a decay that is not above 0 and below 1
   */
  constructor(
    parameters: readonly Tensor[],
    kind: AverageKind = { kind: "mean" },
    averages: readonly Tensor[] = besideEach(parameters),
  ) {
    if (kind.kind === "exponential" && !(kind.decay > 0 && kind.decay < 1)) {
      throw new UnrolledError("invalid-argument", {
        call: "WeightAverage",
        subject: "decay",
        got: `${kind.decay}`,
        needed: "above 0 and below 1",
      });
    }
    if (
      averages.length !== parameters.length ||
      averages.some(
        (tensor, i) =>
          tensor.size !== parameters[i].size || deviceOf([tensor, parameters[i]]) !== tensor.device,
      )
    ) {
      throw new UnrolledError("shape-mismatch", {
        call: "WeightAverage",
        problem: `averages must be ${parameters.length} tensors of the parameters' sizes`,
      });
    }
    this.parameters = parameters;
    this.kind = kind;
    this.averages = averages;
  }

  /** Over how many steps the average goes. */
  get updates(): number {
    return this.#updates;
  }

  /** Takes in the weights as they are after a step: all of them, or these ranges where other threads take the rest. */
  update(ranges?: readonly ElementRange[]): void {
    if (this.#swapped) {
      throw new UnrolledError("invalid-argument", {
        call: "WeightAverage",
        problem: "update() while swapped; swap() back first",
      });
    }
    requireRanges("WeightAverage", this.parameters, ranges ?? []);
    this.#updates += 1;
    if (this.kind.kind === "exponential") this.#remaining *= this.kind.decay;
    const rate =
      this.kind.kind === "exponential" ? (1 - this.kind.decay) / (1 - this.#remaining) : 1 / this.#updates;
    const parts = ranges ?? this.parameters.map(({ size }, index) => ({ index, from: 0, to: size }));
    for (const { index, from, to } of parts) {
      const parameter = this.parameters[index];
      const average = this.averages[index];
      parameter.device.kernels.approach(parameter.offset + from, rate, average.offset + from, to - from);
    }
  }

  /** Exchanges weights and average; again, and all is as before. Does nothing before the first update. */
  swap(): void {
    if (this.#updates === 0) return;
    this.parameters.forEach((parameter, index) => {
      const average = this.averages[index];
      const { device, offset, size } = parameter;
      const { kernels } = device;
      device.temporary(size, (room) => {
        kernels.copyRows({ x: offset, y: room, n: size });
        kernels.copyRows({ x: average.offset, y: offset, n: size });
        kernels.copyRows({ x: room, y: average.offset, n: size });
      });
      parameter.changed();
      average.changed();
    });
    this.#swapped = !this.#swapped;
  }

  /** Runs a callback with the averaged weights in the parameters' places, and puts the weights back whatever happens. */
  async withAverage<Result>(body: () => Result | Promise<Result>): Promise<Result> {
    this.swap();
    try {
      return await body();
    } finally {
      this.swap();
    }
  }

  /** How far it has come, as JSON can hold it; with `stateDict` all that is needed to go on. */
  state(): WeightAverageState {
    return { updates: this.#updates, remaining: this.#remaining };
  }

  restore(state: WeightAverageState): void {
    this.#updates = state.updates;
    this.#remaining = state.remaining;
  }

  /** A copy of the averages by their parameters' places in the list: `0.average`, `1.average`, … */
  async stateDict(): Promise<StateDict> {
    return copyOut(this.#named());
  }

  /** Overwrites the averages; a name that is missing, unknown or of another shape is an error, and nothing is changed then. */
  loadStateDict(state: StateDict): void {
    copyIn(state, this.#named(), "WeightAverage");
  }

  #named(): Map<string, Tensor> {
    return new Map(this.averages.map((average, index) => [`${index}.average`, average]));
  }
}
