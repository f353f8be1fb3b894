// The mean of a cross-entropy is over the targets of the whole batch, however its rows are split: a part may have few, or none.
import { openDevice } from "unrolled";
import { type Part, Team } from "unrolled/training";
import { afterAll, expect, test } from "vitest";
import type { PaddedOptions, PaddedRow } from "./padded-replica.ts";

type PaddedTeam = Team<readonly PaddedRow[]>;

const row = (place: number, target: number): PaddedRow => ({
  x: [Math.sin(place), Math.cos(place), place / 6],
  target,
});
const rowsOf = (...targets: number[]) => targets.map((target, place) => row(place, target));
const UNEVEN = rowsOf(3, -100, 1, -100, -100, -100);
const NONE = rowsOf(-100, -100, -100, -100, -100, -100);
const EVEN = rowsOf(0, 1, 2, 3, 0, 1);

const teams: PaddedTeam[] = [];
afterAll(() => {
  for (const team of teams) team.close();
});

async function open(threads: number, penalised = false): Promise<PaddedTeam> {
  const device = await openDevice({ backend: "wasm" });
  const module = new URL("./padded-replica.ts", import.meta.url).href;
  const team: PaddedTeam = await Team.open<PaddedOptions, readonly PaddedRow[]>(
    device,
    { module, export: "paddedReplica", options: { penalised } },
    { threads, batchSize: 6, optimiser: { kind: "sgd", learningRate: 0.5 } },
  );
  teams.push(team);
  return team;
}

const weighed = (parts: readonly (Part<PaddedRow[]> | null)[]) =>
  parts.map((part) => part && { ...part, weight: part.rows });

/** Loss, norm and the gradients' sums. */
async function walked(team: PaddedTeam, parts: readonly (Part<PaddedRow[]> | null)[]): Promise<number[]> {
  const { loss, gradientNorm } = await team.walk(parts);
  const floats = team.device.heap.floats();
  const sums = team.gradients.flatMap((offset, index) => {
    const { size } = team.optimiser.parameters[index];
    return offset === 0 ? Array<number>(size).fill(0) : [...floats.subarray(offset, offset + size)];
  });
  return [loss, gradientNorm, ...sums];
}

test("2 and 3 threads find what one finds, though parts have few targets or none", async () => {
  const one = await open(1);
  const uneven = await walked(one, one.split(UNEVEN));
  const even = await walked(one, one.split(EVEN));
  expect(uneven[0]).toBeGreaterThan(0);
  for (const [threads, penalised] of [
    [2, false],
    [3, true],
  ] as const) {
    const team = await open(threads, penalised);
    const found = await walked(team, team.split(UNEVEN));
    expect(found.length).toBe(uneven.length);
    for (const [place, number] of uneven.entries()) expect(found[place], `[${place}]`).toBeCloseTo(number, 6);
    const evenly = await walked(team, team.split(EVEN));
    for (const [place, number] of even.entries()) expect(evenly[place], `[${place}]`).toBeCloseTo(number, 6);
    // Weights that are given count instead, and where targets are even they say the same.
    expect(await walked(team, weighed(team.split(EVEN)))).toEqual(evenly);
    const few = UNEVEN.slice(0, threads + 1);
    const [counted, asGiven] = [await team.walk(team.split(few)), await team.walk(weighed(team.split(few)))];
    expect(asGiven.loss).not.toBeCloseTo(counted.loss, 3);
  }
});

test.each([1, 2])(
  "a batch without targets has a loss that is NaN, and changes nothing, on %i threads",
  async (threads) => {
    const team = await open(threads);
    const before = await team.replica.model.stateDict();
    const { loss, gradientNorm } = await team.step(team.split(NONE));
    expect([loss, gradientNorm]).toEqual([Number.NaN, 0]);
    expect(await team.replica.model.stateDict()).toEqual(before);
  },
);

test("a learning rate that is none is refused before any thread has it", async () => {
  const team = await open(1);
  await expect(team.step(team.split(EVEN), { learningRate: Number.NaN })).rejects.toThrow(
    "step: learningRate is NaN, needed a number of at least 0",
  );
  await expect(team.update({ learningRate: 0.1, scale: Number.NaN })).rejects.toThrow("update: scale is NaN");
  expect((await team.step(team.split(EVEN))).loss).toBeGreaterThan(0);
});
