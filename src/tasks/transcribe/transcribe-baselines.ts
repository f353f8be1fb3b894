import { errorRate } from "../../metrics/recognition/error-rate.ts";
import type { ErrorRates } from "./transcribe-measure.ts";
import type { TranscribeExample } from "./transcribe-reading.ts";

/** What a recogniser has to be better than. */
export interface TranscribeBaselines {
  /** What is said most often in the training part, whatever the sound. */
  readonly mostFrequentText: ErrorRates & { readonly text: string };
}

/** The figures on some examples of who does not listen. */
export function transcribeBaselines(
  training: readonly TranscribeExample[],
  examples: readonly TranscribeExample[],
): TranscribeBaselines {
  const counts = new Map<string, number>();
  for (const { text } of training) counts.set(text, (counts.get(text) ?? 0) + 1);
  const [[text]] = [...counts].sort(([, one], [, other]) => other - one);
  const wanted = examples.map((example) => example.text);
  const [words, characters] = [errorRate({ unit: "words" }), errorRate({ unit: "characters" })];
  for (const metric of [words, characters]) metric.add(new Array<string>(wanted.length).fill(text), wanted);
  return { mostFrequentText: { text, wer: words.value, cer: characters.value } };
}
