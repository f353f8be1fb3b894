import * as u from "../../../../src/index.ts";
import { type Entry, entry } from "../entry.ts";
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

const languageModel = (device: u.Device, cell: "elman" | "lstm" | "gru") =>
  new u.LanguageModel(device, {
    ...{ cell, nonlinearity: "tanh", vocabularySize: 5, embeddingSize: 3, hiddenSize: 2, numLayers: 1 },
    ...{ dropout: 0, tieWeights: false, tokenizer: "char" },
  } as u.LanguageModelConfig);
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
    "RecurrentSession",
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
    (device, kind, options, input, output, restored) => {
      const session = new u.RecurrentSession(layersOn(device, kind), options);
      session.step(input, output);
      const fork = session.fork();
      session.reset();
      session.restore(restored ?? fork.state());
      session.step(input, output);
      return [session, output];
    },
  ),
  entry(
    "SessionPool",
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
    (device, kind, options, rows, inputs, outputs, twice, restored) => {
      const pool = new u.SessionPool(layersOn(device, kind), options);
      const opened = Array.from({ length: rows }, () => pool.open(restored));
      if (twice) opened[0] = opened[opened.length - 1];
      pool.step(opened, inputs, outputs);
      const [first] = opened;
      const fork = first.fork();
      first.reset();
      first.restore(fork.state());
      pool.step([...opened].reverse(), inputs, outputs);
      return [pool, first, fork, pool.size, outputs];
    },
  ),
  entry(
    "PooledSession.close",
    (w) => [w.device, w.hostile("close", ["other pool"])],
    (device, how) => {
      const pool = new u.SessionPool(layersOn(device, "GRU"));
      const session = how === "close" ? pool.open() : new u.SessionPool(layersOn(device, "GRU")).open();
      session.close();
      pool.step([session], new Float32Array(3), new Float32Array(2));
    },
  ),
  entry(
    "PooledSession",
    (w) => [w.hostile({}, [undefined, w.device])],
    (states) => {
      const { open } = states ?? {};
      // Its constructor is the pool's; anything else is no pool.
      return typeof open === "function" ? new u.PooledSession(states) : undefined;
    },
  ),
  entry(
    "LanguageModel",
    (w) => {
      const shape = w.shape(2);
      const penalties = {
        ...w.option("activationRegularization", [0, 0.5]),
        ...w.option("temporalActivationRegularization", [0, 0.5]),
      };
      return [w.device, cellOf(w), w.ids(shape, 5), w.ids(shape, 5), penalties];
    },
    (device, cell, ids, targets, penalties) => {
      const model = languageModel(device, cell);
      const { loss, state: after } = model.loss(ids, targets, undefined, penalties);
      loss.backward();
      return [loss, after, model.forward(ids).logits, model.parameters().map(({ grad }) => grad)];
    },
  ),
  entry(
    "LanguageModelSession",
    (w) => [w.device, cellOf(w), w.idList(3, 5), state(w)],
    (device, cell, ids: number[], restored) => {
      const session = new u.LanguageModelSession(languageModel(device, cell));
      const logits = ids.map((id) => session.step(id).slice());
      session.restore(restored ?? session.fork().state());
      return [session, ...logits];
    },
  ),
  entry(
    "LanguageModelPool",
    (w) => [w.device, cellOf(w), w.option("capacity", [1, 2]), w.idList(2, 5), numbers(w, 10)],
    (device, cell, options, ids, logits) => {
      const pool = new u.LanguageModelPool(languageModel(device, cell), options);
      pool.step([pool.open(), pool.open()], ids, logits);
      return [pool, logits];
    },
  ),
  entry(
    "OpenedLanguageModel",
    (w) => [w.device, w.hostile(w.idList(3, 5), [[], [[1], [2, 3]], "ids"]), w.idList(1, 5)],
    async (device, ids, next) => {
      const opened = new u.OpenedLanguageModel({ model: languageModel(device, "gru") } as never);
      const { logits } = await opened.run({ ids: [ids] });
      return [logits.data, opened.session().step({ ids: next }).logits.data];
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
    "NetworkSession",
    (w) => [
      w.device,
      { batchSize: w.length(2) },
      w.idList(w.whole(2), 5),
      numbers(w, 2 * w.whole(2)),
      state(w),
    ],
    (device, options, ids, output, restored) => {
      const session = new u.NetworkSession(network(device), options);
      session.step(ids, output);
      session.restore(restored ?? session.fork().state());
      session.reset();
      session.stepByName({ ids }, { y: output });
      return [session, output];
    },
  ),
  entry(
    "NetworkPool",
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
      const pool = new u.NetworkPool(network(device), options);
      const opened = Array.from({ length: rows }, () => pool.open(restored));
      if (twice) opened[0] = opened[opened.length - 1];
      pool.step(opened, { ids }, { y });
      const [first] = opened;
      const fork = first.fork();
      first.reset();
      first.restore(fork.state());
      pool.step([...opened].reverse(), { ids }, { y });
      return [pool, first, fork, pool.size, y];
    },
  ),
  entry(
    "PooledNetworkSession.close",
    (w) => [w.device, w.hostile("close", ["other pool"])],
    (device, how) => {
      const pool = new u.NetworkPool(network(device));
      const session = how === "close" ? pool.open() : new u.NetworkPool(network(device)).open();
      session.close();
      pool.step([session], { ids: [1] }, {});
    },
  ),
  entry(
    "OpenedNetwork",
    (w) => [w.device, w.idList(3, 5), { lengths: w.lengths(1, 3) }],
    async (device, ids, options) =>
      (await new u.OpenedNetwork("network" as never, network(device)).run({ ids: [ids] }, options)).y.data,
  ),
];
