import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeSafetensors } from "unrolled/formats/safetensors";
import { readModelProto } from "../../src/formats/onnx/model-proto.ts";

/** Silero's voice-activity detector, a minute of sound, and what the ONNX file's authors compute for it. */
export const DETECTOR = fileURLToPath(new URL("../../../shared/data/silero-vad", import.meta.url));

/** Of the ONNX file's names, those that the safetensors file has for the same tensors. */
const NAMES: Readonly<Record<string, string>> = {
  "stft.forward_basis_buffer": "stft_conv.weight",
  "encoder.0.reparam_conv": "conv1",
  "encoder.1.reparam_conv": "conv2",
  "encoder.2.reparam_conv": "conv3",
  "encoder.3.reparam_conv": "conv4",
  "decoder.rnn": "lstm_cell",
  "decoder.decoder.2": "final_conv",
};

/**
 * Puts the sound and the ONNX file's own weights, as safetensors, into a folder. The safetensors file that lies beside it holds the
 * weights of another release, so that only these tell whether the network of the example is the one in the ONNX file.
 */
export function writeDetectorOfOnnx(folder: string): void {
  const bytes = readFileSync(join(DETECTOR, "silero_vad_16k_op15.onnx"));
  const tensors = readModelProto("readModel", bytes).graph.constants.flatMap(({ name, value }) => {
    const place = Object.keys(NAMES).find((each) => name.startsWith(`model.${each}`));
    if (place === undefined) return [];
    const shape = value.dims;
    return [
      [name.replace(`model.${place}`, NAMES[place]), { shape, data: value.data as Float32Array }] as const,
    ];
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "silero_vad_16k.safetensors"), writeSafetensors(Object.fromEntries(tensors)));
  writeFileSync(join(folder, "test.wav"), readFileSync(join(DETECTOR, "test.wav")));
}

/** The probabilities that an example printed, a line each. */
export function printed(output: string): number[] {
  return output
    .trimEnd()
    .split("\n")
    .map((line) => Number(/^[\d.]+ s: ([\d.]+)$/.exec(line)?.[1]));
}

/** What the ONNX file's authors compute. */
export function expectedProbabilities(): number[] {
  return JSON.parse(readFileSync(join(DETECTOR, "expected.json"), "utf8")).probabilities;
}

/** The largest difference, and where it is; NaN counts as one without bound. */
export function furthest(probabilities: readonly number[], expected: readonly number[]) {
  let found = { chunk: -1, difference: 0 };
  for (const [chunk, value] of expected.entries()) {
    const difference = Math.abs(probabilities[chunk] - value);
    if (!(difference <= found.difference)) found = { chunk, difference };
  }
  return found;
}
