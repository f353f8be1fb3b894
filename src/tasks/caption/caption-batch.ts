import { crossEntropy } from "../../losses/cross-entropy.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import { forced, IGNORED } from "../translate/translate-batch.ts";
import type { SeenPicture } from "./caption-records.ts";

/** A picture and the ids of a text with its end. */
export interface CaptionExample {
  readonly seen: SeenPicture;
  readonly target: Int32Array;
}

/**
 * Pictures as the network reads them [B, C + 2, rows, columns]: features, or colours from −1 to 1, all grey for the blind; and where each
 * place lies.
 */
export function picturesAsInput(
  { device, config }: LayeredNetwork,
  pictures: readonly SeenPicture[],
  blind: boolean,
): Tensor {
  const [, channels, height, width] = config.inputs[0].axes as readonly number[];
  const size = height * width;
  const data = new Float32Array(pictures.length * channels * size);
  for (const [row, seen] of pictures.entries()) {
    const from = row * channels * size;
    if (seen instanceof Float32Array) data.set(seen, from);
    else if (!blind) for (let at = 0; at < 3 * size; at++) data[from + at] = seen[at] / 127.5 - 1;
    const [across, down] = [from + (channels - 2) * size, from + (channels - 1) * size];
    for (let at = 0; at < size; at++) {
      data[across + at] = (2 * (at % width)) / Math.max(1, width - 1) - 1;
      data[down + at] = (2 * Math.floor(at / width)) / Math.max(1, height - 1) - 1;
    }
  }
  return tensor(device, data, [pictures.length, channels, height, width]);
}

/** The cross-entropy of each text's tokens, each read behind the true ones before it; `end` stands before the first. */
export function captionLoss(
  model: LayeredNetwork,
  examples: readonly CaptionExample[],
  { end, blind }: { readonly end: number; readonly blind: boolean },
  reduction: "mean" | "none" = "mean",
): Tensor {
  const { device } = model;
  const texts = examples.map(({ target }) => target);
  const { target, wanted } = forced(device, texts, end);
  const picture = picturesAsInput(
    model,
    examples.map(({ seen }) => seen),
    blind,
  );
  const { logits } = model.forward({ picture, target }).outputs;
  return crossEntropy(logits, wanted, { ignoreIndex: IGNORED, reduction });
}
