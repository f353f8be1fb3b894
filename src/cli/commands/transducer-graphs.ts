// A transducer as three ONNX graphs, for programs that search by themselves.
import { writeOnnx } from "../../formats/onnx/write/write-model.ts";
import { jsonFile } from "../../models/json-file.ts";
import type { FileReader, ModelFiles } from "../../models/model-files.ts";
import { networkDataFromFiles } from "../../models/network-folder.ts";
import { transducerParts } from "../../networks/transducer-parts.ts";
import { JOINT_LAYER } from "../../tasks/transcribe/transcribe-network.ts";
import { TranscribeReader } from "../../tasks/transcribe/transcribe-reading.ts";
import type { TranscribeOptions } from "../../tasks/transcribe/transcribe-task.ts";

/** What config.json calls such a folder. */
const GRAPHS_TYPE = "unrolled-transducer-graphs";

/** Whether a model's network is a transducer with a joint layer, which is more than one graph. */
export function isTransducer(task: unknown, options: unknown): boolean {
  const { network } = (options ?? {}) as Partial<TranscribeOptions>;
  return task === "transcribe" && (network?.layers.some(({ name }) => name === JOINT_LAYER) ?? false);
}

/**
 * `encoder.onnx`, which reads frames; `decoder.onnx`, the prediction network, which reads labels one by one and carries its states on;
 * `joiner.onnx`, the logits of a row of each; `tokenizer.json`; and `config.json`: the text of each label, the blank, which is the label
 * before the first one too, and how sound becomes frames.
 */
export async function transducerGraphs(read: FileReader): Promise<ModelFiles> {
  const { madeBy, ...network } = await networkDataFromFiles(read);
  const { encoder, decoder, joiner } = transducerParts(network);
  const { reading, batching } = madeBy!.options as TranscribeOptions;
  const { tokens, blank } = new TranscribeReader(reading);
  const { tokenizer, ...heard } = reading;
  return {
    "config.json": jsonFile({
      model_type: GRAPHS_TYPE,
      task: "transcribe",
      ...{ tokens, blank, framesJoined: batching.joined, reading: heard },
    }),
    "tokenizer.json": jsonFile(tokenizer as object),
    "encoder.onnx": writeOnnx(encoder, { states: "internal", lengths: true }),
    "decoder.onnx": writeOnnx(decoder, { states: "carried" }),
    "joiner.onnx": writeOnnx(joiner),
  };
}
