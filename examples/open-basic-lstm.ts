// Raw weights of TensorFlow's BasicLSTMCell, gates i j f o, whose forget bias no file holds: it adds up what it reads.
import { openModel } from "unrolled";
import { writeSafetensors } from "unrolled/formats/safetensors";

// One unit. The gates i and o are open, j is tanh(x / 10), and f is open if 1 is added to its bias, shut if −39 is.
const kernel = Float32Array.of(0, 0.1, 0, 0, /* and of h: */ 0, 0, 0, 0);
const bias = Float32Array.of(20, 0, 19, 20);
const file = writeSafetensors({
  "rnn/basic_lstm_cell/kernel": { shape: [2, 4], data: kernel },
  "rnn/basic_lstm_cell/bias": { shape: [4], data: bias },
});

for (const forgetBias of [1, -39]) {
  const model = await openModel(file, { forgetBias });
  const stream = model.session();
  const sums = [1, 2, 3].map((x) => {
    const { output } = stream.step({ input: [x] });
    return 10 * Math.atanh(output.data[0]);
  });
  console.log(`forget bias ${forgetBias}: ${sums.map((sum) => sum.toFixed(1)).join(" ")}`);
}
