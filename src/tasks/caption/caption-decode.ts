import { beamSearch } from "../../decoding/beam-search.ts";
import { NetworkStepper } from "../../decoding/network-stepper.ts";
import type { Hypothesis } from "../../decoding/search/hypothesis.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { beamOptions, textOptions } from "../translate/beam-options.ts";
import type { TranslateSearch } from "../translate/translate-options.ts";
import { picturesAsInput } from "./caption-batch.ts";
import type { CaptionReader } from "./caption-reading.ts";
import type { SeenPicture } from "./caption-records.ts";

const BATCH = 64;

/** The best texts for pictures, in the order of the pictures; at most `nBest` for each, best first. */
export async function describedPictures(
  network: LayeredNetwork,
  pictures: readonly SeenPicture[],
  reader: CaptionReader,
  { nBest = 1, ...search }: TranslateSearch & { readonly nBest?: number },
): Promise<(readonly Hypothesis[])[]> {
  const { end, tokenizer } = reader;
  const { unknownId } = tokenizer;
  const options = {
    ...textOptions(search, { end, maxLength: reader.maxLength, unknownId }),
    ...beamOptions(search.beam, nBest),
  };
  const stepper = new NetworkStepper(network);
  const found: (readonly Hypothesis[])[] = [];
  for (let from = 0; from < pictures.length; from += BATCH) {
    const picture = picturesAsInput(network, pictures.slice(from, from + BATCH), reader.blind);
    const batch = { inputs: { picture }, lengths: undefined, first: end };
    found.push(...(await beamSearch(stepper, batch, options)));
  }
  return found;
}
