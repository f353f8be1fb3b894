import { textOfTokens } from "../spoken-words.ts";
import { requireSeconds, type TextDecoder, type TextOptions, transcriptOf } from "../text-decoder.ts";
import {
  type TransducerBeamOptions,
  TransducerBeamSearch,
  type TransducerHypothesis,
} from "./transducer-beam-search.ts";
import type { TransducerStepper } from "./transducer-stepper.ts";

/** How a transducer's output becomes texts. */
export interface TransducerDecoderOptions extends TransducerBeamOptions, TextOptions {}

const CALL = "transducerDecoder";

/**
 * A decoder of what a transducer's encoder says, [T·encodedSize], with everything that decides its texts. A token takes the step in which it
 * was most likely given. A text is "" with a score of −∞ where the scorers forbid all that was found.
 *
 * @throws UnrolledError "invalid-argument" for options out of their range; decoding throws as `transducerBeamSearch` does
 */
export function transducerDecoder(
  stepper: TransducerStepper,
  options: TransducerDecoderOptions,
): TextDecoder<Float32Array> {
  requireSeconds(CALL, options);
  const { tokens } = options;
  const spansOf = ({ steps }: TransducerHypothesis) => steps.map((step) => ({ start: step, end: step + 1 }));
  const stream = () => {
    const search = new TransducerBeamSearch(stepper, options, CALL);
    return {
      push: (encoded: Float32Array) => search.push(encoded),
      text: () => textOfTokens(search.unfinished()[0]?.tokenIds ?? [], tokens),
      transcript: () => transcriptOf(search.hypotheses(), spansOf, options),
    };
  };
  stream();
  return {
    stream,
    decode(encoded) {
      const one = stream();
      one.push(encoded);
      return one.transcript();
    },
  };
}
