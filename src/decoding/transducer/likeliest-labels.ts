import { log } from "../../random/log.ts";
import { frameSoftmax } from "../ctc/frame-softmax.ts";
import type { TransducerStepper } from "./transducer-stepper.ts";

/** Labels that one step may say: those that a network says for ever end with it. */
const MOST_PER_STEP = 8;

/** The likeliest class at each place, until that is the blank, which leads to the next step; of steps as they come. */
export class LikeliestLabels<State = unknown> {
  readonly tokenIds: number[] = [];
  readonly spans: { readonly start: number; readonly end: number }[] = [];
  /** ln of the probability of the way to them. */
  score = 0;
  readonly #stepper: TransducerStepper<State>;
  readonly #probabilities: Float64Array;
  #prediction: State;
  #steps = 0;

  constructor(stepper: TransducerStepper<State>) {
    this.#stepper = stepper;
    this.#probabilities = new Float64Array(stepper.vocabularySize);
    this.#prediction = stepper.start();
  }

  /** Reads what the encoder says of the next T steps, [T·encodedSize]. */
  push(encoded: Float32Array): void {
    const { encodedSize } = this.#stepper;
    for (let from = 0; from < encoded.length; from += encodedSize, this.#steps++)
      this.#step(encoded.subarray(from, from + encodedSize));
  }

  #step(encoded: Float32Array): void {
    const stepper = this.#stepper;
    const [start, end] = [this.#steps, this.#steps + 1];
    for (let said = 0; said <= MOST_PER_STEP; said++) {
      const logits = stepper.join(encoded, this.#prediction);
      const likeliest = frameSoftmax("transcribe", logits, 0, this.#probabilities);
      const best = said === MOST_PER_STEP ? stepper.blank : likeliest;
      this.score += log(this.#probabilities[best]);
      if (best === stepper.blank) break;
      this.tokenIds.push(best);
      this.spans.push({ start, end });
      this.#prediction = stepper.next(this.#prediction, best);
    }
  }
}
