import { describe, expect, test, vi } from "vitest";
import { narrowWeights } from "../../layers/narrow-weights.ts";
import { Generator } from "../../random/philox.ts";
import type { PooledSession, Session, SessionPool } from "../../session/session.ts";
import { type Device, openDevice } from "../../tensor/device.ts";
import { GRU, LSTM, type Recurrent, type RecurrentOptions, RNN } from "../recurrent.ts";

const INPUT = 3;
const HIDDEN = 17;
const devices = [await openDevice({ backend: "reference" }), await openDevice()];
const [, device] = devices;

const cells: Record<string, (device: Device, options: RecurrentOptions) => Recurrent> = {
  RNN: (device, options) => new RNN(device, options),
  LSTM: (device, options) => new LSTM(device, options),
  GRU: (device, options) => new GRU(device, options),
};

function layersOf(cell: string, on = device): Recurrent {
  const generator = new Generator(7);
  return cells[cell](on, { inputSize: INPUT, hiddenSize: HIDDEN, numLayers: 2, generator });
}

/** A session of a pool, and the session alone that it has to agree with. */
interface Pair {
  readonly pooled: PooledSession;
  readonly alone: Session;
}

const generator = new Generator(3);
const numbers = (length: number) => Float32Array.from({ length }, () => generator.uniformBetween(-2, 2));

/** One step of some pairs; every output of the pool must be that of the session alone. */
function stepPairs(pool: SessionPool, pairs: readonly Pair[]): void {
  const inputs = numbers(pairs.length * INPUT);
  const outputs = new Float32Array(pairs.length * HIDDEN);
  pool.stepInto(
    pairs.map(({ pooled }) => pooled),
    { x: inputs },
    { y: outputs },
  );
  const expected = new Float32Array(HIDDEN);
  for (const [index, { alone }] of pairs.entries()) {
    alone.stepInto({ x: inputs.subarray(index * INPUT, (index + 1) * INPUT) }, { y: expected });
    for (const [unit, h] of expected.entries())
      expect(Math.abs(outputs[index * HIDDEN + unit] - h), `session ${index}, unit ${unit}`).toBeLessThan(
        1e-6,
      );
  }
}

describe.each(devices.map((each) => [each.backend, each] as const))("%s", (_, on) => {
  test.each(Object.keys(cells))(
    "%s: sessions join, leave and step in any order, as they would alone",
    (cell) => {
      const layers = layersOf(cell, on);
      const pool = layers.pool({ capacity: 2 });
      const pairs: Pair[] = [];
      const join = () => pairs.push({ pooled: pool.open(), alone: layers.session() });
      const order = new Generator(5);
      for (let step = 0; step < 30; step++) {
        if (step % 3 !== 2) join();
        if (step % 7 === 6) pairs.splice(2, 1)[0].pooled.close();
        expect(pool.size).toBe(pairs.length);
        const chosen = pairs.filter(() => order.uniformBetween(0, 1) < 0.7);
        if (step % 2) chosen.reverse();
        stepPairs(pool, chosen);
      }
      stepPairs(pool, pairs);
    },
  );
});

test("more sessions than one product takes agree too, with weights in fewer bits as well", () => {
  for (const layers of [layersOf("LSTM"), narrowWeights(layersOf("LSTM"), "int8")]) {
    const pool = layers.pool();
    const pairs = Array.from({ length: 300 }, () => ({
      pooled: pool.open(),
      alone: layers.session(),
    }));
    for (let step = 0; step < 3; step++) stepPairs(pool, pairs);
  }
});

test("a session is forked, reset, kept as bytes and moved between a pool and a session alone", () => {
  const layers = layersOf("GRU");
  const pool = layers.pool({ capacity: 1 });
  const pair = { pooled: pool.open(), alone: layers.session() };
  stepPairs(pool, [pair]);
  const fork = { pooled: pair.pooled.fork(), alone: pair.alone.fork() };
  const moved = { pooled: pool.open(pair.alone.state()), alone: layers.session() };
  moved.alone.restore(pair.pooled.state());
  stepPairs(pool, [fork]);
  stepPairs(pool, [moved, pair, fork]);
  const kept = pair.pooled.state();
  pair.pooled.reset();
  pair.alone.reset();
  stepPairs(pool, [pair]);
  pair.pooled.restore(kept);
  pair.alone.restore(kept);
  stepPairs(pool, [pair]);
});

test("a place that was left begins with zeros for whoever comes next", () => {
  const layers = layersOf("LSTM");
  const pool = layers.pool();
  const first = pool.open();
  pool.stepInto([first], { x: numbers(INPUT) }, {});
  first.close();
  first.close();
  expect(pool.size).toBe(0);
  stepPairs(pool, [{ pooled: pool.open(), alone: layers.session() }]);
});

test("steps allocate nothing in the heap", () => {
  const layers = layersOf("LSTM");
  const pool = layers.pool();
  const sessions = Array.from({ length: 20 }, () => pool.open());
  const [inputs, outputs] = [numbers(20 * INPUT), new Float32Array(20 * HIDDEN)];
  pool.stepInto(sessions, { x: inputs }, { y: outputs });
  const allocate = vi.spyOn(device.heap, "allocate");
  for (let step = 0; step < 5; step++) pool.stepInto(sessions, { x: inputs }, { y: outputs });
  expect(allocate).not.toHaveBeenCalled();
  allocate.mockRestore();
});

test("wrong arguments are named", () => {
  const layers = layersOf("LSTM");
  const pool = layers.pool();
  const session = pool.open();
  const step = (sessions: readonly PooledSession[]) => () =>
    pool.stepInto(
      sessions,
      { x: new Float32Array(sessions.length * INPUT) },
      { y: new Float32Array(sessions.length * HIDDEN) },
    );
  expect(step([session, session])).toThrow("step: session 1 is named twice");
  expect(step([session, layers.pool().open()])).toThrow("step: session 1 is of another pool");
  expect(() => pool.stepInto([session], { x: new Float32Array(2) }, {})).toThrow(
    "step: input x has 2 numbers, needed 3 (1 sessions × 3)",
  );
  session.close();
  expect(step([session])).toThrow("step: session 0 was closed");
  expect(() => session.state()).toThrow("state: this session was closed");
  expect(() => pool.open(layersOf("GRU").session().state())).toThrow("the state belongs to GRU");
  expect(() => layers.pool({ capacity: 0 })).toThrow("capacity is 0");
});
