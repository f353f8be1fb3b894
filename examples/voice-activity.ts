// When does somebody speak? Silero's detector (github.com/snakers4/silero-vad), rebuilt around its weights, on a stream of sound.
import { readFileSync } from "node:fs";
import * as nn from "unrolled";

const folder = process.argv[2] ?? "../shared/data/silero-vad";
const device = await nn.openDevice();
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
  step(samples: nn.Tensor, before?: nn.CellState) {
    const waves = this.stft_conv.forward(nn.pad(samples, [0, 0, 0, 0, 0, 64], "reflect"));
    const [real, imaginary] = [0, 129].map((at) => nn.narrow(nn.reshape(waves, [258, 4]), at, at + 129));
    let x = nn.reshape(nn.sqrt(nn.add(nn.square(real), nn.square(imaginary))), [1, 129, 4]);
    for (const layer of [this.conv1, this.conv2, this.conv3, this.conv4]) x = nn.relu(layer.forward(x));
    const state = this.lstm_cell.forward(nn.reshape(x, [1, 128]), before);
    const speech = nn.sigmoid(this.final_conv.forward(nn.reshape(nn.relu(state.h), [1, 128, 1])));
    return { speech, state };
  }
}

const detector = new Detector();
detector.loadStateDict(nn.readSafetensors(readFileSync(`${folder}/silero_vad_16k.safetensors`)));
const wav = new Int16Array(Uint8Array.from(readFileSync(`${folder}/test.wav`)).buffer, 44);
let state: ReturnType<Detector["step"]>["state"] | undefined;
for (let at = 0; at + 512 <= wav.length; at += 512) {
  const heard = Float32Array.from({ length: 576 }, (_, index) => (wav[at - 64 + index] ?? 0) / 32768);
  const step = () => detector.step(nn.tensor(device, heard, [1, 1, 576]), state);
  const next = device.withoutGradients(() => device.scope(step));
  state = next.state;
  console.log(`${(at / 16000).toFixed(3)} s: ${(await next.speech.item()).toFixed(6)}`);
}
