// When does somebody speak? Silero's detector (github.com/snakers4/silero-vad), rebuilt around its weights, on a stream of sound.
import { readFileSync } from "node:fs";
import { openDevice, type Tensor, tensor } from "unrolled";
import { readSafetensors } from "unrolled/formats/safetensors";
import * as nn from "unrolled/nn";
import { add, narrow, pad, relu, reshape, sigmoid, sqrt, square } from "unrolled/tensor";

const folder = process.argv[2];
const device = await openDevice();
const convolution = (inputSize: number, outputSize: number, kernelSize = 3, options = {}) =>
  new nn.Conv1d(device, { inputSize, outputSize, kernelSize, padding: 1, ...options });

class Detector extends nn.Module {
  stft_conv = convolution(1, 258, 256, { stride: 128, bias: false, padding: 0 });
  conv1 = convolution(129, 128);
  conv2 = convolution(128, 64, 3, { stride: 2 });
  conv3 = convolution(64, 64, 3, { stride: 2 });
  conv4 = convolution(64, 128);
  lstm_cell = new nn.LSTMCell(device, { inputSize: 128, hiddenSize: 128 });
  final_conv = convolution(128, 1, 1, { padding: 0 });
  step(samples: Tensor, before?: nn.CellState) {
    const waves = this.stft_conv.forward(pad(samples, [0, 0, 0, 0, 0, 64], "reflect"));
    const [real, imaginary] = [0, 129].map((at) => narrow(reshape(waves, [258, 4]), at, at + 129));
    let x = reshape(sqrt(add(square(real), square(imaginary))), [1, 129, 4]);
    for (const layer of [this.conv1, this.conv2, this.conv3, this.conv4]) x = relu(layer.forward(x));
    const state = this.lstm_cell.forward(reshape(x, [1, 128]), before);
    return { speech: sigmoid(this.final_conv.forward(reshape(relu(state.h), [1, 128, 1]))), state };
  }
}
const detector = new Detector();
detector.loadStateDict(readSafetensors(readFileSync(`${folder}/silero_vad_16k.safetensors`)));
const wav = new Int16Array(Uint8Array.from(readFileSync(`${folder}/test.wav`)).buffer, 44);
let state: ReturnType<Detector["step"]>["state"] | undefined;
for (let at = 0; at + 512 <= wav.length; at += 512) {
  const heard = Float32Array.from({ length: 576 }, (_, index) => (wav[at - 64 + index] ?? 0) / 32768);
  const step = () => detector.step(tensor(device, heard, [1, 1, 576]), state);
  const next = device.withoutGradients(() => device.scope(step));
  state = next.state;
  console.log(`${(at / 16000).toFixed(3)} s: ${(await next.speech.item()).toFixed(6)}`);
}
