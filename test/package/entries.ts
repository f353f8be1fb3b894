// A little of each entry point: compiled, run in each runtime and bundled for a browser by the tests.
import {
  type Device,
  Generator,
  type NetworkConfig,
  openDevice,
  openModel,
  tensor,
  UnrolledError,
} from "unrolled";
import { FrontEnd, type FrontEndOptions, type Sound } from "unrolled/audio";
import { padSequences, tokenStreams, trainTokenizer } from "unrolled/data";
import { type SamplingOptions, sampleToken } from "unrolled/decode";
import { type ReadKerasOptions, readKeras, writeKerasWeights } from "unrolled/formats/keras";
import { readNpy } from "unrolled/formats/numpy";
import { type OnnxOptions, writeOnnx } from "unrolled/formats/onnx";
import { networkOfStateDict, type StateDictNetworkOptions } from "unrolled/formats/pytorch";
import { readRTNeural } from "unrolled/formats/rtneural";
import { readSafetensors, type SafetensorsTensor, writeSafetensors } from "unrolled/formats/safetensors";
import { type ReadShard, readTensorFlowJs } from "unrolled/formats/tensorflow-js";
import { GATE_NAMES, type GateName, nextTokens } from "unrolled/inspect";
import { Network, type NetworkData, networkData, type Session } from "unrolled/network";
import { Linear, LSTM, Module, meanSquare } from "unrolled/nn";
import { clipGradNorm, SGD, type SGDOptions } from "unrolled/optim";
import { createServer, type ServerOptions } from "unrolled/server";
import { square, sum, type Tensor } from "unrolled/tensor";
import { type FitOptions, fit, type Metric, meanAbsoluteError, progressLine } from "unrolled/training";

const config: NetworkConfig = {
  inputs: [{ name: "xs", axes: ["B", "T", 2], kind: "float" }],
  layers: [
    {
      name: "rnn",
      inputs: ["xs"],
      config: {
        kind: "lstm",
        options: { inputSize: 2, hiddenSize: 3, batchFirst: true },
        returns: "sequence",
      },
    },
  ],
  outputs: [{ name: "ys", from: "rnn" }],
};

const sound: Sound = {
  sampleRateHz: 8000,
  channels: [Float32Array.from({ length: 400 }, (_, at) => (at % 17) / 34)],
};
const filterBank: FrontEndOptions = { kind: "fbank", filters: 40, energy: true, deltas: 2 };

class Adder extends Module {
  readonly lstm: LSTM;
  readonly decoder: Linear;
  constructor(device: Device, generator: Generator) {
    super();
    this.lstm = new LSTM(device, { inputSize: 1, hiddenSize: 4, batchFirst: true, generator });
    this.decoder = new Linear(device, { inputSize: 4, outputSize: 1, generator });
  }
  forward(xs: Tensor): Tensor {
    return this.decoder.forward(this.lstm.forward(xs).lastOutput);
  }
}

const codeOf = (error: unknown) => (error instanceof UnrolledError ? error.code : String(error));

/** Plain data, the same in every runtime. */
export async function useEntries() {
  const device = await openDevice({ seed: 1, backend: "wasm" });
  const generator = new Generator(3);
  return {
    ...(await useFormats(device, generator)),
    ...(await useTraining(device, generator)),
    ...useWords(device, generator),
  };
}

async function useFormats(device: Device, generator: Generator) {
  const network = new Network(device, config, { generator });
  const data: NetworkData = await networkData(network);
  const session: Session = network.session();
  const stepped = session.step({ xs: [1, 2] }).ys;
  const options: OnnxOptions & StateDictNetworkOptions & ReadKerasOptions = {};
  const graph = await openModel(writeOnnx(data, options), { device });
  const ran = graph.session().step({ xs: { shape: [1, 1, 2], data: [1, 2] } }).ys;
  const kept: Record<string, SafetensorsTensor> = readSafetensors(writeSafetensors(data.tensors));
  const noShard: ReadShard = () => new Uint8Array();
  const refusals = [
    readKeras(new Uint8Array(8), options),
    readTensorFlowJs("{}", noShard),
    (async () => readNpy(new Uint8Array(8)))(),
    (async () => readRTNeural("{}"))(),
  ];
  return {
    stepped: Array.from(stepped.data, Math.fround),
    ran: Array.from(ran.data, Math.fround),
    layers: networkOfStateDict(kept, options).config.layers.map(({ name }) => name),
    kerasBytes: writeKerasWeights(data).length,
    refusals: await Promise.all(refusals.map((refusal) => refusal.then(() => "read", codeOf))),
  };
}

async function useTraining(device: Device, generator: Generator) {
  const model = new Adder(device, generator);
  const rate: SGDOptions = { learningRate: 0.1 };
  const optimiser = new SGD(model.parameters(), rate);
  sum(square(model.forward(tensor(device, [0.1, 0.2, 0.3, 0.4], [2, 2, 1])))).backward();
  const norm = clipGradNorm(model.parameters(), 1);
  optimiser.step();
  optimiser.zeroGrad();
  const error: Metric = meanAbsoluteError();
  const data = [0, 1, 2, 3].map((n) => ({ inputs: [[n / 4], [n / 8]], targets: [(3 * n) / 8] }));
  const options: FitOptions<Adder, (typeof data)[number], Tensor> = {
    ...{ data, validation: data, batchSize: 2, steps: 3, seed: 1 },
    loss: meanSquare,
    metrics: { error },
  };
  const losses: number[] = [];
  const lines: string[] = [];
  for await (const event of fit(model, options)) {
    if (event.type === "step") losses.push(event.loss);
    if (event.type === "start") lines.push(progressLine(event)?.text ?? "");
  }
  return { norm, losses, lines: lines.length };
}

function useWords(device: Device, generator: Generator) {
  const { vocabularySize, encode, decode } = trainTokenizer({ kind: "char", text: "to and fro" });
  const sampling: SamplingOptions = { temperature: 0.5, topK: 2 };
  const logits = Float32Array.from({ length: vocabularySize }, (_, id) => id / 4);
  const gates: readonly GateName[] = GATE_NAMES.lstm;
  const noModels: Partial<ServerOptions> = {};
  return {
    padded: padSequences(device, [encode("to"), encode("and")]).ids.shape,
    streams: tokenStreams(Int32Array.from(encode("to and fro to")), 2, 3).sequencesPerEpoch,
    sampled: decode([sampleToken(logits, sampling, generator)]),
    likely: nextTokens(logits, {}, 1).map(({ id }) => id),
    gates,
    serves: [typeof createServer, Object.keys(noModels).length],
    frames: [...new FrontEnd(filterBank).frames(sound).values.slice(0, 123)],
  };
}
