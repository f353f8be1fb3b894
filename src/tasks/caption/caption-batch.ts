import { crossEntropy } from "../../losses/cross-entropy.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import { paddedIds } from "../translate/translate-batch.ts";
import { CHANNELS } from "./caption-network.ts";

/** A picture and the ids of a text with its end. */
export interface CaptionExample {
  /** Red, green and blue [3, height, width], 0 to 255. */
  readonly pixels: Uint8Array;
  readonly target: Int32Array;
}

/** A target that counts for nothing, behind a text's end. */
const IGNORED = -100;

/** Pictures as the network reads them [B, 5, height, width]: colours from −1 to 1, and where each pixel lies; all grey for the blind. */
export function picturesAsInput(
  { device, config }: LayeredNetwork,
  pictures: readonly Uint8Array[],
  blind: boolean,
): Tensor {
  const [, , height, width] = config.inputs[0].axes as readonly number[];
  const size = height * width;
  const data = new Float32Array(pictures.length * CHANNELS * size);
  for (const [row, pixels] of pictures.entries()) {
    const from = row * CHANNELS * size;
    if (!blind) for (let at = 0; at < 3 * size; at++) data[from + at] = pixels[at] / 127.5 - 1;
    for (let at = 0; at < size; at++) {
      data[from + 3 * size + at] = (2 * (at % width)) / (width - 1) - 1;
      data[from + 4 * size + at] = (2 * Math.floor(at / width)) / (height - 1) - 1;
    }
  }
  return tensor(device, data, [pictures.length, CHANNELS, height, width]);
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
  const target = paddedIds(
    device,
    texts.map((text) => Int32Array.of(end, ...text.subarray(0, -1))),
  ).ids;
  const wanted = paddedIds(device, texts, IGNORED).ids;
  const picture = picturesAsInput(
    model,
    examples.map(({ pixels }) => pixels),
    blind,
  );
  const { logits } = model.forward({ picture, target }).outputs;
  return crossEntropy(logits, wanted, { ignoreIndex: IGNORED, reduction });
}
