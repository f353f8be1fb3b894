import { type BackendChoice, Generator, openDevice } from "unrolled";
import { type OptimiserConfig, Team, type Walked } from "unrolled/training";
import { expect } from "vitest";
import { gatherRows } from "../../src/training/batch-rows.ts";
import type { SmallOptions, SmallReplica, SmallShare } from "./small-replica.ts";

/** What a small team is opened with. */
export interface SmallTeamOptions extends SmallOptions {
  readonly threads: number;
  readonly backend?: BackendChoice;
  readonly batchSize?: number;
  readonly optimiser?: OptimiserConfig;
}

export type SmallTeam = Team<SmallShare> & { readonly replica: SmallReplica };

/** A team of small replicas on a device of its own. */
export async function openSmallTeam(options: SmallTeamOptions): Promise<SmallTeam> {
  const {
    threads,
    backend = "wasm",
    batchSize = 5,
    optimiser = { kind: "adamw", learningRate: 0.01 },
  } = options;
  const device = await openDevice({ backend, seed: 3 });
  const module = new URL("./small-replica.ts", import.meta.url).href;
  const source = { module, export: "smallReplica", options };
  return (await Team.open(device, source, { threads, batchSize, optimiser })) as SmallTeam;
}

/** Batches of sequences of T + 1 tokens, the same ones each time; each token is one more than that before, with exceptions. */
export function* batchesOf(size: number, steps: number, vocabulary = 7): Endless<number[][]> {
  const random = new Generator(9);
  for (;;) {
    yield Array.from({ length: size }, () => {
      const first = random.integer(vocabulary);
      return Array.from({ length: steps + 1 }, (_, t) =>
        random.uniform() < 0.1 ? random.integer(vocabulary) : (first + t) % vocabulary,
      );
    });
  }
}

type Endless<Item> = globalThis.Generator<Item, never, undefined>;

/** Makes so many steps; what each of them found. */
export async function steps(team: SmallTeam, count: number, batches = batchesOf(5, 4)): Promise<Walked[]> {
  const found: Walked[] = [];
  for (let step = 0; step < count; step++) {
    found.push(await team.step(team.split(batches.next().value), { maxNorm: 1 }));
  }
  return found;
}

/** All numbers that training changes: parameters, what the optimiser remembers, the carried state. */
export async function numbersOf(team: SmallTeam): Promise<Map<string, Float32Array>> {
  const tensors = {
    ...(await team.replica.model.stateDict()),
    ...(await team.optimiser.stateDict()),
    ...(await gatherRows(team.carried)),
  };
  return new Map(Object.entries(tensors).map(([name, { data }]) => [name, data]));
}

/** The sums of gradients by the names of their parameters. */
export function gradientsOf(team: SmallTeam): Map<string, Float32Array> {
  const named = [...team.replica.model.namedParameters()].filter(([, { frozen }]) => !frozen);
  return new Map(
    named.map(([name, { size }], index) => {
      const offset = team.gradients[index];
      const numbers = team.device.heap.floats().subarray(offset, offset + size);
      return [name, Float32Array.from(offset === 0 ? new Float32Array(size) : numbers)];
    }),
  );
}

/** Fails with the entries that differ by more than `tolerance` times 1 or their size. */
export function expectClose(
  actual: ReadonlyMap<string, Float32Array>,
  expected: ReadonlyMap<string, Float32Array>,
  tolerance: number,
): void {
  expect([...actual.keys()]).toEqual([...expected.keys()]);
  const wrong = [...expected].flatMap(([name, numbers]) =>
    [...numbers].flatMap((number, index) => {
      const came = actual.get(name)![index];
      const isClose = Math.abs(came - number) <= tolerance * Math.max(1, Math.abs(number));
      return isClose ? [] : [`${name}[${index}]: ${came}, one thread ${number}`];
    }),
  );
  expect(wrong.slice(0, 10).join("\n")).toBe("");
}
