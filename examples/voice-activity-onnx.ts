// When does somebody speak? Silero's detector (github.com/snakers4/silero-vad) from its ONNX file as it is, on a stream of sound.
import { readFileSync } from "node:fs";
import { openModel } from "unrolled";

const folder = process.argv[2];
const detector = await openModel(`${folder}/silero_vad_16k_op15.onnx`);
// Its input "state" is fed from its output "stateN" from step to step: what is left to be given are samples and their rate.
const stream = detector.session();
const wav = new Int16Array(Uint8Array.from(readFileSync(`${folder}/test.wav`)).buffer, 44);
for (let at = 0; at + 512 <= wav.length; at += 512) {
  // 512 new samples behind the 64 before them.
  const heard = Float32Array.from({ length: 576 }, (_, index) => (wav[at - 64 + index] ?? 0) / 32768);
  const { output } = stream.step({ input: [heard], sr: 16000 });
  console.log(`${(at / 16000).toFixed(3)} s: ${output.data[0].toFixed(6)}`);
}
