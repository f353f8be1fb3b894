import { expect, test, vi } from "vitest";
import { Generator } from "../random/philox.ts";
import type { RecurrentStack } from "../recurrent/recurrent-stack.ts";
import { RecurrentStream } from "../recurrent/stream/recurrent-stream.ts";
import { openDevice } from "../tensor/device.ts";
import type { NetworkConfig } from "./config.ts";
import { Network } from "./network.ts";

const device = await openDevice();
const [C, V] = [3, 5];

/** Ids and numbers in, a causal convolution, two recurrent layers of different kinds, and all that layers do at a step. */
const config: NetworkConfig = {
  inputs: [
    { name: "ids", axes: ["B", "T"], kind: "int" },
    { name: "x", axes: ["B", "T", C], kind: "float" },
  ],
  layers: [
    { name: "embed", inputs: ["ids"], config: { kind: "embedding", vocabularySize: V, size: C } },
    { name: "both", inputs: ["embed", "x"], config: { kind: "average" } },
    {
      name: "conv",
      inputs: ["both"],
      config: {
        ...{ kind: "conv1d", inputSize: C, outputSize: 4, kernelSize: 3, stride: 1, dilation: 2 },
        ...{ padding: "causal", bias: true },
      } as const,
    },
    {
      name: "lstm",
      inputs: ["conv"],
      config: {
        kind: "lstm",
        options: { inputSize: 4, hiddenSize: 6, batchFirst: true },
        returns: "sequence",
      },
    },
    { name: "drop", inputs: ["lstm"], config: { kind: "dropout", probability: 0.5 } },
    { name: "norm", inputs: ["drop"], config: { kind: "layer-norm", size: 6, epsilon: 1e-5 } },
    { name: "joined", inputs: ["norm", "conv"], config: { kind: "concat", axis: -1 } },
    {
      name: "gru",
      inputs: ["joined"],
      config: {
        ...{ kind: "gru", returns: "sequence" },
        options: { inputSize: 10, hiddenSize: 4, numLayers: 2, batchFirst: true, initialState: "learnt" },
      } as const,
    },
    { name: "head", inputs: ["gru"], config: { kind: "linear", inputSize: 4, outputSize: 2, bias: true } },
    { name: "shares", inputs: ["head"], config: { kind: "activation", activation: "softmax" } },
  ],
  outputs: [
    { name: "shares", from: "shares" },
    { name: "ends", from: "gru" },
  ],
};
const network = new Network(device, config, { generator: new Generator(6) }).eval() as Network;

test.each([3, 150])("%d sessions step together as they would alone, whichever a step names", (count) => {
  const pool = network.pool({ capacity: 2 });
  const generator = new Generator(1);
  const pairs = Array.from({ length: count }, () => ({ pooled: pool.open(), alone: network.session() }));
  expect(pool.size).toBe(count);
  for (let step = 0; step < 7; step++) {
    const chosen = pairs.filter((_, index) => (index + step) % 3 > 0);
    const ids = chosen.map(() => generator.integer(V));
    const x = generator.evenly(chosen.length * C, 1)!;
    const outputs = {
      shares: new Float32Array(chosen.length * 2),
      ends: new Float32Array(chosen.length * 4),
    };
    pool.stepInto(
      chosen.map(({ pooled }) => pooled),
      { ids, x },
      outputs,
    );
    for (const [at, { alone }] of chosen.entries()) {
      const [shares, ends] = [new Float32Array(2), new Float32Array(4)];
      alone.stepInto({ ids: [ids[at]], x: x.subarray(at * C, (at + 1) * C) }, { shares, ends });
      for (const [name, own] of Object.entries({ shares, ends }))
        for (const [entry, value] of own.entries()) {
          const got = outputs[name as "shares"][at * own.length + entry];
          expect(Math.abs(got - value), `step ${step}, session ${at}, ${name}[${entry}]`).toBeLessThan(1e-6);
        }
    }
  }
});

test("states go between sessions of a pool and those alone, and places are used again", () => {
  const pool = network.pool();
  const alone = network.session();
  const step = (id: number) => {
    const shares = new Float32Array(2);
    alone.stepInto({ ids: [id], x: [1, 2, id] }, { shares });
    return shares;
  };
  step(1);
  step(2);
  const pooled = pool.open(alone.state());
  expect(pooled.state()).toEqual(alone.state());
  const [shares, other] = [new Float32Array(2), pooled.fork()];
  pool.stepInto([pooled], { ids: [3], x: [1, 2, 3] }, { shares });
  for (const [at, value] of step(3).entries()) expect(Math.abs(shares[at] - value)).toBeLessThan(1e-6);
  other.restore(pooled.state());
  expect(other.state()).toEqual(pooled.state());
  other.reset();
  expect(other.state()).toEqual(network.session().state());
  other.close();
  other.close();
  expect(pool.size).toBe(1);
  expect(pool.open().state()).toEqual(network.session().state());
  expect(() => other.state()).toThrow("state: this session was closed");
  expect(() => pool.stepInto([other], { ids: [1], x: [1, 2, 3] }, {})).toThrow("step: session 0 was closed");
});

test("a step allocates nothing in the heap", () => {
  const pool = network.pool();
  const sessions = [pool.open(), pool.open()];
  const outputs = { shares: new Float32Array(4) };
  const inputs = { ids: [1, 2], x: new Float32Array(2 * C) };
  pool.stepInto(sessions, inputs, outputs);
  const allocate = vi.spyOn(device.heap, "allocate");
  for (let step = 0; step < 5; step++) pool.stepInto(sessions, inputs, outputs);
  expect(allocate).not.toHaveBeenCalled();
  allocate.mockRestore();
});

test("no session steps where the id of one cannot be read", () => {
  const pool = network.pool();
  const sessions = Array.from({ length: 200 }, () => pool.open());
  const before = sessions.map((session) => session.state());
  const x = new Float32Array(sessions.length * C).fill(1);
  for (const [id, message] of [
    [V, `step: layer embed reads id ${V}, needed 0 to ${V - 1}`],
    [1.5, "step: input ids has 1.5, needed whole numbers"],
    [2 ** 32 + 1, "step: input ids has 4294967297, needed whole numbers"],
  ] as const) {
    const ids = sessions.map((_, index) => (index === 150 ? id : 1));
    expect(() => pool.stepInto(sessions, { ids, x }, {})).toThrow(message);
    expect(sessions.map((session) => session.state())).toEqual(before);
  }
});

test("wrong arguments and states are named, and change nothing", () => {
  const pool = network.pool();
  const session = pool.open();
  const before = session.state();
  const step = (sessions: readonly (typeof session)[], numbers: object) =>
    pool.stepInto(sessions, { ids: [1], x: [1, 2, 3], ...numbers }, {});
  expect(() => step([session], { x: [1] })).toThrow("step: input x has 1 numbers, needed 3 (1 sessions × 3)");
  expect(() => step([session, session], { ids: [1, 1] })).toThrow("step: session 1 is named twice");
  expect(() => step([network.pool().open()], {})).toThrow("step: session 0 is of another pool");
  expect(() => pool.stepInto([session], { ids: [1], x: [1, 2, 3] }, { shares: new Float32Array(1) })).toThrow(
    "step: output shares has 1 numbers, needed 2 (1 sessions × 2)",
  );
  const layers = new RecurrentStream("session", network.layers.get("lstm") as RecurrentStack, 1).state();
  expect(() => session.restore(layers)).toThrow(
    "restore: this is no state that a network's session returned",
  );
  expect(() => pool.open(Uint8Array.of(1))).toThrow("restore: this is no state");
  expect(session.state()).toEqual(before);
  expect(pool.size).toBe(1);
  expect(() =>
    new Network(device, {
      ...config,
      layers: [...config.layers, { name: "back", inputs: ["gru"], config: { kind: "reverse-steps" } }],
    }).pool(),
  ).toThrow("pool: this network cannot be read step by step: layer back (reverse-steps) needs to know");
});
