// From what a transducer's encoder says to a text.

import { frameSoftmax } from "../../decoding/ctc/frame-softmax.ts";
import { spokenWords, type Transcript, textOfTokens } from "../../decoding/spoken-words.ts";
import { transducerDecoder } from "../../decoding/transducer/transducer-decoder.ts";
import type { TransducerStepper } from "../../decoding/transducer/transducer-stepper.ts";
import { log } from "../../random/log.ts";
import type { Recogniser } from "./transcribe-decode.ts";
import type { Search } from "./transcribe-search.ts";
import { TransducerOfNetwork } from "./transducer-of-network.ts";

/** Labels that one step may say: those that a network says for ever end with it. */
const MOST_PER_STEP = 8;

/** The text of a sound, by what the encoder says of its steps [T·H], by each of several searches. */
export function transducerTexts(
  { model, reader, secondsPerStep }: Recogniser,
  encoded: Float32Array,
  searches: readonly Search[],
): Transcript[] {
  const transducer = new TransducerOfNetwork(model, reader);
  const { tokens } = reader;
  return searches.map((search) => {
    if (search.beamWidth > 0)
      return transducerDecoder(transducer as TransducerStepper, { tokens, secondsPerStep, ...search }).decode(
        encoded,
      );
    const { tokenIds, steps, score } = likeliestLabels(transducer, encoded);
    const spans = steps.map((start) => ({ start, end: start + 1 }));
    return {
      text: textOfTokens(tokenIds, tokens),
      score,
      words: spokenWords(tokenIds, spans, tokens, secondsPerStep),
      alternatives: [],
    };
  });
}

/** The likeliest class at each place, until that is the blank, which leads to the next step. */
function likeliestLabels(transducer: TransducerOfNetwork, encoded: Float32Array) {
  const { blank, encodedSize, vocabularySize } = transducer;
  const probabilities = new Float64Array(vocabularySize);
  const tokenIds: number[] = [];
  const steps: number[] = [];
  let score = 0;
  let prediction = transducer.start();
  for (let t = 0; t < encoded.length / encodedSize; t++) {
    const step = encoded.subarray(t * encodedSize, (t + 1) * encodedSize);
    for (let said = 0; said <= MOST_PER_STEP; said++) {
      const logits = transducer.join(step, prediction);
      const best = said === MOST_PER_STEP ? blank : frameSoftmax("transcribe", logits, 0, probabilities);
      score += log(probabilities[best]);
      if (best === blank) break;
      tokenIds.push(best);
      steps.push(t);
      prediction = transducer.next(prediction, best);
    }
  }
  return { tokenIds, steps, score };
}
