import type { LayeredNetwork } from "../../networks/layered-network.ts";
import type { Recogniser } from "./transcribe-decode.ts";
import { TranscribeReader } from "./transcribe-reading.ts";
import type { TranscribeOptions } from "./transcribe-task.ts";

/** A trained network with what reads sounds and writes texts. */
export function recogniserOf(model: LayeredNetwork, { reading, batching }: TranscribeOptions): Recogniser {
  const reader = new TranscribeReader(reading);
  const secondsPerStep = reader.hopSeconds * batching.joined * batching.stride;
  return { model, reader, batching, secondsPerStep };
}
