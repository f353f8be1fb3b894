// A model is measured on several threads: the same bits as on one, and nothing of it changes.
import { Linear, meanSquare, openDevice, tensor } from "unrolled";
import { BatchNorm1d } from "unrolled/nn";
import { Team } from "unrolled/training";
import { afterAll, expect, test } from "vitest";
import type { NormedModel, NormedRow, normedReplica } from "./normed-replica.ts";
import { openSmallTeam } from "./small-team.ts";

const ROWS: readonly NormedRow[] = Array.from({ length: 23 }, (_, place) => ({
  x: [Math.sin(place), Math.cos(3 * place), place / 23],
  // The last parts have few targets, or none.
  target: place > 15 ? -100 : place % 4,
}));
const module = new URL("./normed-replica.ts", import.meta.url).href;
const parts = (size: number) =>
  Array.from({ length: Math.ceil(ROWS.length / size) }, (_, at) => {
    const share = ROWS.slice(at * size, (at + 1) * size);
    return { rows: share.length, share };
  });

const teams: { close(): void }[] = [];
afterAll(() => {
  for (const team of teams) team.close();
});

async function open(threads: number) {
  const team = await Team.open<typeof normedReplica>(
    await openDevice({ backend: "wasm", seed: 1 }),
    { module, export: "normedReplica", options: { dropout: 0.5 } },
    { threads, batchSize: 6, optimiser: { kind: "sgd", learningRate: 0.5 } },
  );
  teams.push(team);
  return team;
}

test("figures are the same bits on 1, 2 and 3 threads, whatever the size of parts makes of them", async () => {
  const found = [];
  for (const threads of [1, 2, 3]) {
    const team = await open(threads);
    expect(team.threads).toBe(threads);
    found.push([await team.evaluate(parts(5)), await team.evaluate(parts(23))]);
  }
  expect(found[1]).toEqual(found[0]);
  expect(found[2]).toEqual(found[0]);
  const [[small, whole]] = found;
  expect(small.loss).toBeGreaterThan(0.1);
  expect(small.loss).toBeCloseTo(whole.loss, 5);
  expect(small.sums).toEqual(whole.sums);
  expect(small.sums.counted).toBe(16);
});

test("it reads the weights and running means of the first thread, without dropout, and training goes on as if it had not been", async () => {
  const [watched, other] = [await open(2), await open(2)];
  const one = await open(1);
  for (let step = 0; step < 4; step++) {
    const batch = ROWS.slice(0, 6);
    for (const team of [watched, other]) await team.step(team.split(batch));
    const found = await watched.evaluate(parts(5));
    expect(await watched.evaluate(parts(5))).toEqual(found);
    expect(watched.model.training).toBe(true);
    one.model.loadStateDict(await watched.model.stateDict());
    expect(await one.evaluate(parts(5))).toEqual(found);
  }
  expect(await watched.model.stateDict()).toEqual(await other.model.stateDict());
});

test("parts count by their weight where one is given", async () => {
  const team = await open(2);
  const [first, second] = parts(8);
  const lossOf = async (...weights: readonly number[]) =>
    (
      await team.evaluate([
        { ...first, weight: weights[0] },
        { ...second, weight: weights[1] },
      ])
    ).loss;
  const [left, right] = [(await team.evaluate([first])).loss, (await team.evaluate([second])).loss];
  expect(Math.abs(left - right)).toBeGreaterThan(1e-3);
  expect(await lossOf(3, 1)).toBeCloseTo((3 * left + right) / 4, 6);
});

test("parts without targets have no loss", async () => {
  const team = await open(2);
  const rows = ROWS.slice(16);
  const { loss, sums } = await team.evaluate([{ rows: rows.length, share: rows }]);
  expect([loss, sums.counted]).toEqual([Number.NaN, 0]);
});

test("what cannot be measured is refused", async () => {
  const team = await open(2);
  await expect(team.evaluate([])).rejects.toThrow("evaluate: there are no parts");
  await expect(team.evaluate([{ rows: 0, share: [] }])).rejects.toThrow("evaluate: rows of a part is 0");
  const carrying = await openSmallTeam({ threads: 1 });
  await expect(carrying.evaluate([{ rows: 1, share: [[1, 2]] }])).rejects.toThrow("the replica carries h");
  // An error in another thread ends the team.
  const wrong = { rows: 1, share: [{ x: [1], target: 0 }] };
  await expect(team.evaluate([parts(5)[0], wrong])).rejects.toThrow("team: thread 2 of 2: ");
  await expect(team.evaluate(parts(5))).rejects.toThrow("thread 2 of 2");
});

test("a team has the types of the factory that it is given, or of the module's export", async () => {
  const team = await open(1);
  const model: NormedModel = team.model;
  expect(model.norm).toBeInstanceOf(BatchNorm1d);
  // @ts-expect-error its options are of another type
  const wrong: Parameters<typeof Team.open<typeof normedReplica>>[1] = { module, export: "", options: 3 };
  expect(wrong.options).toBe(3);
  const device = await openDevice({ backend: "wasm" });
  const given = await Team.open(
    device,
    () => {
      const linear = new Linear(device, { inputSize: 1, outputSize: 1 });
      const loss = (rows: number[][]) =>
        meanSquare(linear.forward(tensor(device, rows)), tensor(device, rows));
      return { model: linear, loss };
    },
    { batchSize: 1, optimiser: { kind: "adam" } },
  );
  const { weight }: Linear = given.model;
  expect(weight.shape).toEqual([1, 1]);
  expect((await given.evaluate([{ rows: 1, share: [[0]] }])).loss).toBeGreaterThanOrEqual(0);
});
