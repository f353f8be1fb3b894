import { type Entry, entry } from "../entry.ts";
import * as u from "../public-names.ts";
import type { World } from "../world.ts";

const layersOn = (device: u.Device, kind: "RNN" | "LSTM" | "GRU" | "MGU") =>
  new u[kind](device, { inputSize: 3, hiddenSize: 2 });
const kindOf = (w: World) => w.pick(["RNN", "LSTM", "GRU", "MGU"] as const);

/** A step's numbers, mostly of the right count. */
const numbers = (w: World, count: number) =>
  w.hostile(
    Float32Array.from({ length: count }, () => w.random.uniformBetween(-1, 1)),
    [new Float32Array(0), new Float32Array(99)],
  );
const state = (w: World): unknown =>
  w.hostile(undefined, [new Uint8Array(0), new Uint8Array(64), new Uint8Array(4096).fill(32)]);

const languageConfig = (cell: "elman" | "lstm" | "gru") =>
  ({
    ...{ cell, nonlinearity: "tanh", vocabularySize: 5, embeddingSize: 3, hiddenSize: 2, numLayers: 1 },
    ...{ dropout: 0, tieWeights: false, tokenizer: "char" },
  }) as u.LanguageModelConfig;
const languageNetwork = (device: u.Device, cell: "elman" | "lstm" | "gru") =>
  new u.Network(device, u.languageModel(languageConfig(cell)));
const languageModel = (device: u.Device, cell: "elman" | "lstm" | "gru") =>
  new u.LanguageModel({
    network: languageNetwork(device, cell),
    config: languageConfig(cell),
    tokenizer: u.trainTokenizer({ kind: "char", text: "abcd" }),
  });
const cellOf = (w: World) => w.pick(["elman", "lstm", "gru"] as const);

const network = (device: u.Device) =>
  new u.Network(device, {
    inputs: [{ name: "ids", axes: ["B", "T"], kind: "int" }],
    layers: [
      { name: "embed", inputs: ["ids"], config: { kind: "embedding", vocabularySize: 5, size: 3 } },
      {
        name: "read",
        inputs: ["embed"],
        config: {
          kind: "gru",
          options: { inputSize: 3, hiddenSize: 2, batchFirst: true },
          returns: "sequence",
        },
      },
      { name: "head", inputs: ["read"], config: { kind: "linear", inputSize: 2, outputSize: 2, bias: true } },
    ],
    outputs: [{ name: "y", from: "head" }],
  });

export const sessions: readonly Entry[] = [
  entry(
    "RNN.session",
    (w) => {
      const batch = w.length(3);
      const rows = Number.isInteger(batch) && batch > 0 && batch < 9 ? batch : 1;
      return [
        w.device,
        kindOf(w),
        { batchSize: batch },
        numbers(w, rows * 3),
        numbers(w, rows * 2),
        state(w),
      ];
    },
    (device, kind, options, x, y, restored) => {
      const session = layersOn(device, kind).session(options);
      session.stepInto({ x }, { y });
      const fork = session.fork();
      session.reset();
      session.restore(restored ?? fork.state());
      session.stepInto({ x }, { y });
      return [session, y];
    },
  ),
  entry(
    "RNN.pool",
    (w) => {
      const rows = w.whole(4);
      return [
        w.device,
        kindOf(w),
        w.option("capacity", [1, 3]),
        rows,
        numbers(w, rows * 3),
        numbers(w, rows * 2),
        w.chance(0.1),
        state(w),
      ];
    },
    (device, kind, options, rows, x, y, twice, restored) => {
      const pool = layersOn(device, kind).pool(options);
      const opened = Array.from({ length: rows }, () => pool.open(restored));
      if (twice) opened[0] = opened[opened.length - 1];
      pool.stepInto(opened, { x }, { y });
      const [first] = opened;
      const fork = first.fork();
      first.reset();
      first.restore(fork.state());
      pool.stepInto([...opened].reverse(), { x }, { y });
      return [pool, first, fork, pool.size, y];
    },
  ),
  entry(
    "RNN.pool.close",
    (w) => [w.device, w.hostile("close", ["other pool"])],
    (device, how) => {
      const pool = layersOn(device, "GRU").pool();
      const session = how === "close" ? pool.open() : layersOn(device, "GRU").pool().open();
      session.close();
      pool.stepInto([session], { x: new Float32Array(3) }, {});
    },
  ),
  entry(
    "languageLoss",
    (w) => {
      const shape = w.shape(2);
      const penalties = {
        ...w.option("activationRegularization", [0, 0.5]),
        ...w.option("temporalActivationRegularization", [0, 0.5]),
      };
      return [w.device, cellOf(w), w.ids(shape, 5), w.ids(shape, 5), penalties];
    },
    (device, cell, ids, targets, penalties) => {
      const network = languageNetwork(device, cell);
      const { loss, state: after } = u.languageLoss(network, ids, targets, undefined, penalties);
      loss.backward();
      return [loss, after, network.parameters().map(({ grad }) => grad)];
    },
  ),
  entry(
    "zeroState",
    (w) => [w.device, cellOf(w), w.length(3), w.ids([2, 1], 5)],
    (device, cell, batch, ids) => {
      const network = languageNetwork(device, cell);
      const carried = u.zeroState(network, batch);
      const { state: after } = network.forward({ ids }, { state: carried });
      u.carry(carried, after);
      u.clearState(carried);
      return [carried];
    },
  ),
  entry(
    "LanguageModel",
    (w) => [w.device, cellOf(w), w.hostile(w.idList(3, 5), [[], [[1], [2, 3]], "ids"]), w.idList(1, 5)],
    async (device, cell, ids, next) => {
      const model = languageModel(device, cell);
      const { logits } = await model.run({ ids: [ids] });
      return [logits.data, model.session().step({ ids: next }).logits.data];
    },
  ),
  entry(
    "LanguageModel.pool",
    (w) => [w.device, cellOf(w), w.option("capacity", [1, 2]), w.idList(2, 5), numbers(w, 10)],
    (device, cell, options, ids, logits) => {
      const pool = languageModel(device, cell).pool(options);
      pool.stepInto([pool.open(), pool.open()], { ids }, { logits });
      return [pool, logits];
    },
  ),
  entry(
    "Network",
    (w) => {
      const [batch, steps] = [w.whole(2), w.whole(3)];
      return [
        w.device,
        { ids: w.ids([batch, steps], 5) },
        w.hostile({ lengths: w.lengths(batch, steps) }, [{ state: { none: {} } }]),
      ];
    },
    (device, inputs, call) => {
      const { outputs, state: after } = network(device).forward(inputs, call);
      return [outputs, after];
    },
  ),
  entry(
    "Network.session",
    (w) => [
      w.device,
      { batchSize: w.length(2) },
      w.idList(w.whole(2), 5),
      numbers(w, 2 * w.whole(2)),
      state(w),
    ],
    (device, options, ids, output, restored) => {
      const session = network(device).session(options);
      session.stepInto({ ids }, { y: output });
      session.restore(restored ?? session.fork().state());
      session.reset();
      session.stepInto({ ids }, { y: output });
      return [session, output];
    },
  ),
  entry(
    "Network.pool",
    (w) => {
      const rows = w.whole(3);
      return [
        w.device,
        w.option("capacity", [1, 3]),
        rows,
        w.idList(rows, 5),
        numbers(w, rows * 2),
        w.chance(0.1),
        state(w),
      ];
    },
    (device, options, rows, ids, y, twice, restored) => {
      const pool = network(device).pool(options);
      const opened = Array.from({ length: rows }, () => pool.open(restored));
      if (twice) opened[0] = opened[opened.length - 1];
      pool.stepInto(opened, { ids }, { y });
      const [first] = opened;
      const fork = first.fork();
      first.reset();
      first.restore(fork.state());
      pool.stepInto([...opened].reverse(), { ids }, { y });
      return [pool, first, fork, pool.size, y];
    },
  ),
  entry(
    "Network.pool.close",
    (w) => [w.device, w.hostile("close", ["other pool"])],
    (device, how) => {
      const pool = network(device).pool();
      const session = how === "close" ? pool.open() : network(device).pool().open();
      session.close();
      pool.stepInto([session], { ids: [1] }, {});
    },
  ),
  entry(
    "NetworkModel",
    (w) => [w.device, w.idList(3, 5), { lengths: w.lengths(1, 3) }],
    async (device, ids, options) =>
      (await new u.NetworkModel(network(device)).run({ ids: [ids] }, options)).y.data,
  ),
];
