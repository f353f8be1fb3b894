// A transducer as three graphs, run in onnxruntime.
import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import { transducerGraphs } from "../../src/cli/commands/transducer-graphs.ts";
import { trainTokenizer } from "../../src/data/tokenizers/train-tokenizer.ts";
import { writeOnnx } from "../../src/formats/onnx/write/write-model.ts";
import { Generator, openDevice } from "../../src/index.ts";
import { filesOfNetwork } from "../../src/models/network-files.ts";
import { LayeredNetwork } from "../../src/networks/layered-network.ts";
import { valuesOf } from "../../src/options/option.ts";
import { transcribeNetwork } from "../../src/tasks/transcribe/transcribe-network.ts";
import { TRANSCRIBE_OPTIONS } from "../../src/tasks/transcribe/transcribe-options.ts";
import { hearingOf, TranscribeReader } from "../../src/tasks/transcribe/transcribe-reading.ts";
import { TransducerOfNetwork } from "../../src/tasks/transcribe/transducer-of-network.ts";
import { tensor } from "../../src/tensor/tensor.ts";

const settings = valuesOf("train", TRANSCRIBE_OPTIONS, {
  ...{ loss: "transducer", hiddenSize: 6, numLayers: 1, predictionSize: 7, jointSize: 5, dropout: 0.2 },
});
const reading = {
  ...{ hearing: hearingOf(settings), width: 4, moments: null, lowercase: true },
  normalize: "none",
  tokenizer: trainTokenizer({ kind: "char", text: "ab c" }).toJSON(),
} as const;
const reader = new TranscribeReader(reading);
const network = transcribeNetwork(settings, { width: 4, classes: reader.classes });

test("a transducer becomes encoder.onnx, decoder.onnx and joiner.onnx, which say what it says", async () => {
  const device = await openDevice();
  const model = new LayeredNetwork(device, network, { generator: new Generator(3) }).eval() as LayeredNetwork;
  const { blank, classes } = reader;
  const shape = { width: 4, joined: 1, stride: 1, blank, loss: "transducer" } as const;
  const batching = { ...shape, meanLabels: 1, isInfinite: false };
  const files = await filesOfNetwork(model, { task: "transcribe", options: { network, reading, batching } });
  const made = await transducerGraphs(async (name) => files[name]);
  expect(JSON.parse(new TextDecoder().decode(made["config.json"]))).toMatchObject({
    ...{ task: "transcribe", blank, tokens: reader.tokens, framesJoined: 1 },
  });
  const [encoder, decoder, joiner] = await Promise.all(
    ["encoder", "decoder", "joiner"].map((name) => InferenceSession.create(made[`${name}.onnx`])),
  );
  const frames = Float32Array.from({ length: 12 }, (_, at) => Math.sin(at));
  const xs = new Tensor("float32", frames, [1, 3, 4]);
  const { encoded } = await encoder.run({ xs, lengths: new Tensor("int32", Int32Array.of(3), [1]) });
  const labels = reader.noLabels(device, 1);
  const own = model.forward({ xs: tensor(device, frames, [1, 3, 4]), labels }).outputs.encoded.read();
  for (const [at, value] of own.entries()) expect((encoded.data as Float32Array)[at]).toBeCloseTo(value, 5);

  const transducer = new TransducerOfNetwork(model, reader);
  let prediction = transducer.start();
  const states = decoder.inputNames.filter((name) => name !== "labels");
  let carried: Record<string, Tensor> = Object.fromEntries(
    states.map((name) => [name, new Tensor("float32", new Float32Array(7), [1, 1, 7])]),
  );
  for (const [u, label] of [blank, 1, 2].entries()) {
    if (u > 0) prediction = transducer.next(prediction, label);
    const ids = new Tensor("int64", BigInt64Array.of(BigInt(label)), [1, 1]);
    const { predicted, ...after } = await decoder.run({ labels: ids, ...carried });
    carried = Object.fromEntries(states.map((name) => [name, after[name.replace(/_0$/, "_n")] as Tensor]));
    const row = (encoded.data as Float32Array).slice(5 * u, 5 * (u + 1));
    const { logits } = await joiner.run({
      encoded: new Tensor("float32", row, [1, 5]),
      predicted: new Tensor("float32", predicted.data as Float32Array, [1, 5]),
    });
    const wanted = transducer.join(own.slice(5 * u, 5 * (u + 1)) as Float32Array, prediction);
    expect(wanted).toHaveLength(classes);
    for (const [at, value] of wanted.entries())
      expect((logits.data as Float32Array)[at]).toBeCloseTo(value, 5);
  }
  const tensors = await model.stateDict();
  expect(() => writeOnnx({ config: network, tensors })).toThrow(
    /joint joins two networks .* written as three/,
  );
});
