// From what a network, or a transducer's encoder, says of steps as they come to a text: the likeliest path, or a beam with what is known of words.
import { CtcBestPath, type TokenSpan } from "../../decoding/ctc/best-path.ts";
import { type CtcDecoderOptions, ctcDecoder } from "../../decoding/ctc/ctc-decoder.ts";
import { textOfTokens } from "../../decoding/spoken-words.ts";
import { type TextOptions, type TextStream, transcriptOf } from "../../decoding/text-decoder.ts";
import { LikeliestLabels } from "../../decoding/transducer/likeliest-labels.ts";
import { transducerDecoder } from "../../decoding/transducer/transducer-decoder.ts";
import type { TransducerStepper } from "../../decoding/transducer/transducer-stepper.ts";
import type { Recogniser } from "./transcribe-decode.ts";
import { TransducerOfNetwork } from "./transducer-of-network.ts";

/** How texts are found. */
export interface TextSearch extends Pick<CtcDecoderOptions, "nBest" | "leastProbability" | "scorers"> {
  /** How many texts are followed at a time; 0: the likeliest label at each place alone. */
  readonly beamWidth?: number | undefined;
}

/** Begins texts of one recogniser, each by a search: they read logits [T·V], of a transducer what its encoder says [T·H]. */
export function textStreams({
  model,
  reader,
  batching,
  secondsPerStep,
}: Recogniser): (search: TextSearch) => TextStream<Float32Array> {
  const { tokens, blank, classes: vocabularySize } = reader;
  const options = { tokens, secondsPerStep };
  if (batching.loss === "ctc")
    return (search) =>
      search.beamWidth === 0
        ? ofPath(new CtcBestPath({ vocabularySize, blank }), options)
        : ctcDecoder({ ...search, ...options, blank }).stream();
  const transducer = new TransducerOfNetwork(model, reader) as TransducerStepper;
  return (search) =>
    search.beamWidth === 0
      ? ofPath(new LikeliestLabels(transducer), options)
      : transducerDecoder(transducer, { ...search, ...options }).stream();
}

/** One way through all steps, as far as they have come. */
interface Path {
  push(numbers: Float32Array): void;
  readonly tokenIds: readonly number[];
  readonly spans: readonly TokenSpan[];
  readonly score: number;
}

function ofPath(path: Path, options: TextOptions): TextStream<Float32Array> {
  return {
    push: (numbers) => path.push(numbers),
    text: () => textOfTokens(path.tokenIds, options.tokens),
    transcript: () => transcriptOf([path], ({ spans }) => spans, options),
  };
}
