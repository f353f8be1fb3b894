// Ranks that train together send gradients while others are still being computed.
import { Linear, Module, meanSquare, openDevice, tensor } from "unrolled";
import { expect, test } from "vitest";
import { RankSums } from "../../src/parallel/rank-sums.ts";
import type { Lane, Ranks, Transfer } from "../../src/parallel/ranks.ts";
import { Team } from "../../src/parallel/team.ts";

class Stack extends Module {
  readonly layers: readonly Linear[];

  constructor(layers: readonly Linear[]) {
    super();
    this.layers = layers;
  }
}

test("gradients of the last layers are on their way before those of the first are there", async () => {
  const device = await openDevice({ backend: "wasm" });
  const size = { inputSize: 32, outputSize: 32 };
  const model = new Stack([0, 1, 2].map(() => new Linear(device, size)));
  const replica = () => ({
    model,
    loss: (rows: readonly number[][]) =>
      meanSquare(
        model.layers.reduce((x, layer) => layer.forward(x), tensor(device, rows)),
        tensor(device, rows),
      ),
  });
  const rows = [Array.from({ length: 32 }, (_, index) => index / 32)];
  const options = { threads: 1, batchSize: 1, optimiser: { kind: "sgd", learningRate: 0 } } as const;
  /** What had arrived in the first layer's weights when each bucket was sent, and when its sum was. */
  const seen: [string, boolean][] = [];
  const observed = (what: string) => () => seen.push([what, model.layers[0].weight.arrivedGradient() !== 0]);
  // One rank: what it sends is what it receives.
  const alone = oneRank(observed("exchange"), observed("gather"));
  const plain = await Team.open(device, replica, options);
  const { loss, gradientNorm } = await plain.walk(plain.split(rows));
  model.parameters().forEach((parameter) => void parameter.zeroGrad());
  const team = await Team.open(device, replica, options, undefined, new RankSums(alone, "float32", 1000));
  expect(await team.walk(team.split(rows))).toEqual({ loss, gradientNorm });
  expect(seen).toEqual([
    ["exchange", false],
    ["gather", false],
    ["exchange", false],
    ["gather", false],
    ["exchange", true],
    ["gather", true],
  ]);
  // And so each time; a batch without rows has no way back, and sums all the same.
  seen.length = 0;
  expect(await team.walk(team.split(rows))).toEqual({ loss, gradientNorm });
  expect(seen.filter(([, hasFirst]) => !hasFirst)).toHaveLength(4);
});

function oneRank(onExchange: () => void, onGather: () => void): Ranks {
  const done: Transfer = { isDone: () => true, wait: () => {} };
  const copied = (from: Uint8Array, to: Uint8Array) => {
    to.set(from);
    return done;
  };
  let lanes = 0;
  const lane = (): Lane => {
    lanes += 1;
    const isOfSums = lanes === 2;
    return {
      exchange: (pieces, received) => {
        onExchange();
        return copied(pieces, received);
      },
      gather: (own, all) => {
        if (isOfSums) onGather();
        return copied(own, all);
      },
    };
  };
  return {
    ...{ rank: 0, size: 1, hosts: ["here"], isEndAsked: false, lane },
    broadcast: () => {},
    gather: (own, all) => all.set(own),
  };
}
