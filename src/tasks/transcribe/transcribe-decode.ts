import type { Transcript } from "../../decoding/spoken-words.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { sortedBatches } from "../fit/bucketed.ts";
import { framesOf, type Sounding, stepsOf, type TranscribeBatching } from "./transcribe-batch.ts";
import type { TranscribeReader } from "./transcribe-reading.ts";
import type { Search } from "./transcribe-search.ts";
import { textStreams } from "./transcribe-texts.ts";

const BATCH = 16;

/** What is needed to make texts of frames. */
export interface Recogniser {
  readonly model: LayeredNetwork;
  readonly reader: TranscribeReader;
  readonly batching: TranscribeBatching;
  readonly secondsPerStep: number;
}

const NOTHING: Transcript = { text: "", score: 0, words: [], alternatives: [] };

/**
 * What was said in each sound, by each of several searches in turn, in the order of the sounds; nothing in one that is shorter than a
 * frame.
 */
export async function transcripts(
  recogniser: Recogniser,
  sounds: readonly Sounding[],
  searches: readonly Search[],
): Promise<Transcript[][]> {
  const { model, batching } = recogniser;
  const begin = textStreams(recogniser);
  const all = sounds.map(() => searches.map(() => NOTHING));
  const heard = Array.from(sounds.keys()).filter((place) => sounds[place].steps > 0);
  const output = batching.loss === "ctc" ? "logits" : "encoded";
  for (const batch of sortedBatches(
    Float64Array.from(heard, (place) => sounds[place].steps),
    BATCH,
  )) {
    const places = Array.from(batch, (at) => heard[at]);
    const rows = places.map((place) => sounds[place]);
    const said = await encodedOf(recogniser, rows, output);
    const each = said.length / rows.length;
    const width = model.shapes.get(model.config.outputs[0].from)!.axes.at(-1) as number;
    for (const [row, place] of places.entries()) {
      const steps = stepsOf(sounds[place].steps, batching);
      const own = said.slice(row * each, row * each + steps * width);
      all[place] = searches.map((search) => {
        const text = begin(search);
        text.push(own);
        return text.transcript();
      });
    }
  }
  return all;
}

/** What the network, or a transducer's encoder, says of sounds: [B, T′, ·]. */
function encodedOf(
  { model, reader, batching }: Recogniser,
  rows: readonly Sounding[],
  output: "logits" | "encoded",
): Promise<Float32Array> {
  const { device } = model;
  return device
    .withoutGradients(() =>
      device.scope(() => {
        const { xs, lengths } = framesOf(model, rows, batching);
        const labels = output === "logits" ? {} : { labels: reader.noLabels(device, rows.length) };
        const differ = lengths.some((length) => length !== lengths[0]) ? { lengths } : {};
        return model.forward({ xs, ...labels }, differ).outputs[output];
      }),
    )
    .toArray() as Promise<Float32Array>;
}
