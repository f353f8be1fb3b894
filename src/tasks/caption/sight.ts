// How pictures become what a network reads: pixels of one size, or what another network makes of them.
import type { FileReader } from "../../models/model-files.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import type { CaptionOptions } from "./caption-answers.ts";
import type { CaptionSettings } from "./caption-options.ts";
import { type PictureTexts, picturesOf, type SeenPicture } from "./caption-records.ts";
import { type FeatureNetwork, savedFeatureNetwork } from "./feature-network.ts";

/** The size that pictures are made to have, and what is seen of them then. */
export interface Sight {
  readonly imageWidth: number;
  readonly imageHeight: number;
  see(pictures: readonly Uint8Array[]): Promise<readonly SeenPicture[]>;
}

/** Of a network that reads pixels. */
export function sightOfPixels({ imageWidth, imageHeight }: Pick<Sight, "imageWidth" | "imageHeight">): Sight {
  return { imageWidth, imageHeight, see: async (pictures) => pictures };
}

/** Of one that reads what another has made of them. */
export function sightThrough({ form, featuresOf }: FeatureNetwork): Sight {
  return { imageWidth: form.width, imageHeight: form.height, see: featuresOf };
}

/** The feature networks that are open, by the models that look through them. */
const open = new WeakMap<LayeredNetwork, Promise<FeatureNetwork>>();

/**
 * That of a trained model.
 *
 * @param read reads its folder
 */
export async function sightOf(
  model: LayeredNetwork,
  { network, reading }: CaptionOptions,
  read: FileReader,
): Promise<Sight> {
  const { features } = reading;
  if (!features) {
    const [, , imageHeight, imageWidth] = network.inputs[0].axes as readonly number[];
    return sightOfPixels({ imageWidth, imageHeight });
  }
  let opened = open.get(model);
  if (!opened) {
    opened = savedFeatureNetwork(model.device, read, features);
    open.set(model, opened);
  }
  return sightThrough(await opened);
}

/** As `picturesOf`, and looks at them. */
export async function seenPictures(
  entries: Parameters<typeof picturesOf>[0],
  settings: CaptionSettings,
  sight: Sight,
): Promise<readonly PictureTexts[]> {
  const { imageWidth, imageHeight, see } = sight;
  const pictures = await picturesOf(entries, { ...settings, imageWidth, imageHeight });
  const seen = await see(pictures.map((picture) => picture.seen));
  return pictures.map((picture, at) => ({ ...picture, seen: seen[at] }));
}
