// A translator as two graphs, run in onnxruntime and here.
import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import { encoderDecoderGraphs } from "../../src/cli/commands/encoder-decoder-graphs.ts";
import { writeOnnx } from "../../src/formats/onnx/write/write-model.ts";
import { Generator, openDevice, openModel } from "../../src/index.ts";
import { filesOfNetwork } from "../../src/models/network-files.ts";
import { encoderDecoderParts } from "../../src/networks/encoder-decoder-parts.ts";
import { LayeredNetwork } from "../../src/networks/layered-network.ts";
import { valuesOf } from "../../src/options/option.ts";
import { TRANSLATE } from "../../src/tasks/translate/translate-description.ts";
import { translateNetwork } from "../../src/tasks/translate/translate-network.ts";
import { TRANSLATE_OPTIONS } from "../../src/tasks/translate/translate-options.ts";
import { ints } from "../../src/tensor/tensor.ts";

const TOKENS = [
  [0, 3, 5, 1],
  [0, 8, 8, 7],
];

test.each([
  { cell: "lstm", attention: "general", numLayers: 2 },
  { cell: "gru", attention: "additive", tie: "all", joint: true },
  { cell: "lstm", attention: "general", numLayers: 2, feeding: "output", attentionHeads: 2 },
  { cell: "gru", attention: "additive", feeding: "context" },
  { cell: "gru", attention: "additive", feeding: "context", coverage: true, locationFilters: 3 },
  { cell: "lstm", attention: "additive", feeding: "output", coverage: true, attentionHeads: 2 },
  { cell: "gru", attention: "additive", feeding: "output", locationFilters: 2 },
])("%o as encoder.onnx and decoder.onnx says step by step what the network says", async (options: object) => {
  const given = { ...options, embeddingSize: 8, hiddenSize: 12 } as never;
  const settings = TRANSLATE.settle(given, valuesOf("train", TRANSLATE_OPTIONS, given));
  const V = 9;
  const config = translateNetwork(settings, { source: V, target: settings.joint ? undefined : V });
  const device = await openDevice();
  const model = new LayeredNetwork(device, config, { generator: new Generator(3) }).eval() as LayeredNetwork;
  const ids = [1, 2, 3, 4, 5, 6, 0, 0];
  const source = ints(device, ids, [2, 4]);
  const target = ints(device, TOKENS.flat(), [2, 4]);
  const { logits } = model.forward({ source, target }, { lengths: [4, 2] }).outputs;
  const wanted = logits.read();

  const parts = encoderDecoderParts({ config, tensors: await model.stateDict() });
  const files = [parts.encoder, parts.decoder].map((part) =>
    writeOnnx(part, { states: "internal", lengths: true }),
  );
  const [encoder, decoder] = await Promise.all(files.map((file) => InferenceSession.create(file)));
  const lengths = new Tensor("int32", Int32Array.of(4, 2), [2]);
  const whole = (numbers: readonly number[], shape: readonly number[]) =>
    new Tensor("int64", BigInt64Array.from(numbers, BigInt), shape);
  const encoded = await encoder.run({ source: whole(ids, [2, 4]), lengths });
  const last = (what: string) => parts.decoder.config.inputs.find(({ name }) => name.endsWith(`.${what}`));
  expect(last("feed") !== undefined).toBe(settings.feeding === "output");
  expect(last("coverage") !== undefined).toBe(settings.coverage);
  expect(last("weights") !== undefined).toBe(settings.locationFilters > 0);
  const nothing = ["feed", "coverage", "weights"].flatMap((what) => {
    const input = last(what);
    if (!input) return [];
    const width = input.axes[1] === "T" ? 4 : Number(input.axes[1]);
    return [[input.name, new Tensor("float32", new Float32Array(2 * width), [2, width])] as const];
  });
  let carried: typeof encoded = { ...encoded, ...Object.fromEntries(nothing) };
  for (let u = 0; u < 4; u++) {
    const column = TOKENS.map((row) => row[u]);
    const feeds = { target: whole(column, [2, 1]), ...carried };
    const taken = decoder.inputNames.includes("lengths") ? { ...feeds, lengths } : feeds;
    const made = await decoder.run(taken);
    const found = made.logits.data as Float32Array;
    for (let b = 0; b < 2; b++)
      for (let v = 0; v < V; v++) expect(found[b * V + v]).toBeCloseTo(wanted[(b * 4 + u) * V + v], 5);
    const next = Object.keys(made).filter((name) => name.endsWith(".next"));
    carried = { ...encoded, ...Object.fromEntries(next.map((name) => [name.slice(0, -5), made[name]])) };
  }

  const opened = await openModel(files[0], { device });
  const again = await opened.run({ source: [ids.slice(0, 4), ids.slice(4)], lengths: [4, 2] });
  for (const [name, { data }] of Object.entries(encoded)) {
    const own = again[name].data;
    for (const [at, number] of (data as Float32Array).entries()) expect(own[at]).toBeCloseTo(number, 5);
  }
});

test("what convert writes names states, tokenizers and what begins and ends a target as the graphs have them", async () => {
  const attention = { attention: "additive", feeding: "output", coverage: true };
  const given = { cell: "lstm", ...attention, embeddingSize: 8, hiddenSize: 12 } as never;
  const settings = TRANSLATE.settle(given, valuesOf("train", TRANSLATE_OPTIONS, given));
  const network = translateNetwork(settings, { source: 9, target: 9 });
  const model = new LayeredNetwork(await openDevice(), network);
  const reading = { source: { model: {} }, target: null, lowercase: false, maxLength: 7 };
  const madeBy = { task: "translate", options: { network, reading, loss: { end: 3 } } };
  const files = await filesOfNetwork(model, madeBy);
  const made = await encoderDecoderGraphs(async (name) => files[name]);
  expect(Object.keys(made)).toEqual([
    ...["config.json", "source-tokenizer.json", "encoder.onnx", "decoder.onnx"],
  ]);
  const config = JSON.parse(new TextDecoder().decode(made["config.json"]));
  expect(config).toMatchObject({
    ...{ task: "translate", end: 3, reading: { lowercase: false, maxLength: 7 } },
    tokenizers: { source: "source-tokenizer.json" },
  });
  const [encoder, decoder] = await Promise.all(
    ["encoder.onnx", "decoder.onnx"].map((name) => InferenceSession.create(made[name])),
  );
  const from = (first: string) =>
    config.states.flatMap((state: { name: string; first: string }) =>
      state.first === first ? [state.name] : [],
    );
  expect(from("zeros")).toEqual(["decoder.rnn.coverage", "decoder.rnn.feed"]);
  expect(config.states).toContainEqual(expect.objectContaining({ name: "decoder.rnn.coverage", width: "T" }));
  expect(encoder.outputNames).toEqual(expect.arrayContaining(from("encoder")));
  for (const { name, next } of config.states) {
    expect(decoder.inputNames).toContain(name);
    expect(decoder.outputNames).toContain(next);
  }
});
