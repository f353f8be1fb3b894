// Whatever goes wrong on a thread is an error that says where and why; and no thread is left.
import { existsSync, readdirSync } from "node:fs";
import { openDevice, UnrolledError } from "unrolled";
import { Team, type TeamOptions } from "unrolled/training";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Fault } from "./faulty-replica.ts";
import { SmallModel, type SmallShare, smallReplica } from "./small-replica.ts";
import { batchesOf, openSmallTeam, steps } from "./small-team.ts";

const TASKS = "/proc/self/task";
const threadsNow = () => readdirSync(TASKS).length;

const url = (file: string) => new URL(file, import.meta.url).href;
const options: TeamOptions = { threads: 3, batchSize: 5, optimiser: { kind: "sgd", learningRate: 0.1 } };

let threadsBefore = 0;
beforeEach(async () => {
  // The process starts threads of its own with the first worker.
  if (threadsBefore === 0) (await openSmallTeam({ threads: 2 })).close();
  await new Promise((resume) => setTimeout(resume, 20));
  if (existsSync(TASKS)) threadsBefore = threadsNow();
});
afterEach(async () => {
  vi.restoreAllMocks();
  if (!existsSync(TASKS)) return;
  await expect.poll(threadsNow).toBeLessThanOrEqual(threadsBefore);
});

async function errorOf(promise: Promise<unknown>): Promise<UnrolledError> {
  try {
    await promise;
  } catch (error) {
    return error as UnrolledError;
  }
  throw new Error("nothing was thrown");
}

async function openFaulty(fault: Fault): Promise<Team<SmallShare>> {
  const source = { module: url("./faulty-replica.ts"), export: "faultyReplica", options: fault };
  return Team.open(await openDevice({ backend: "wasm" }), source, options);
}

/** Steps until one fails. */
async function train(team: Team<SmallShare>): Promise<number> {
  const batches = batchesOf(5, 4);
  for (let step = 1; ; step++) {
    try {
      await team.step(team.split(batches.next().value));
    } catch (error) {
      expect(step).toBe(3);
      throw error;
    }
  }
}

describe("in the third step", () => {
  test.each([
    ["error", "worker-died", /^team: thread [23] of 3: the third share is cursed$/],
    ["unrolled-error", "not-finite", /^team: thread [23] of 3: loss: it is not finite$/],
    ["exit", "worker-died", /^team: thread [23] of 3 died: it exited with code 3$/],
    ["late-error", "worker-died", /^team: thread [23] of 3 died: thrown in passing$/],
  ] as const)("%s on other threads", async (what, code, message) => {
    const team = await openFaulty({ where: "others", what });
    const error = await errorOf(train(team));
    expect(error).toBeInstanceOf(UnrolledError);
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
    if (what === "error") expect((error.cause as Error).stack).toMatch(/faulty-replica\.[jt]s/);
    // Again at every later call.
    expect(await errorOf(team.walk([]))).toBe(error);
    expect(await errorOf(team.update({ learningRate: 1, scale: 1 }))).toBe(error);
    team.close();
  });

  test("an error on the first thread, which is thrown as it is", async () => {
    const team = await openFaulty({ where: "first", what: "error" });
    const error = await errorOf(train(team));
    expect(error.message).toBe("the third share is cursed");
    expect(await errorOf(team.walk([]))).toBe(error);
  });
});

describe("when it is opened", () => {
  test.each([
    ["error-at-once", "worker-died", /^team: thread [23] of 3: no weights for Saturn$/],
    ["exit-at-once", "worker-died", /^team: thread [23] of 3 died: it exited with code 4$/],
    [
      "other-sizes",
      "invalid-argument",
      /^team: thread [23] of 3: team: the replica must be the same each time it is made, but where one has parameter encoder\.weight \[7, 8\] another has parameter encoder\.weight \[8, 8\]$/,
    ],
    ["other-carried", "invalid-argument", /one has carried h another has carried x$/],
  ] as const)("%s on other threads", async (what, code, message) => {
    const error = await errorOf(openFaulty({ where: "others", what }));
    expect(error).toBeInstanceOf(UnrolledError);
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
  });

  test("a thread that never joins", async () => {
    const source = { module: url("./silent-replica.ts"), export: "smallReplica", options: {} };
    const opening = Team.open(await openDevice({ backend: "wasm" }), source, {
      ...options,
      startSeconds: 2,
    });
    const error = await errorOf(opening);
    expect(error).toBeInstanceOf(UnrolledError);
    expect([error.code, error.message]).toEqual([
      "worker-died",
      "team: thread 2 of 3 has not started within 2 s",
    ]);
  });

  test.each([
    ["./small-replica.ts", "bigReplica", {}, /small-replica\.ts exports no function bigReplica$/],
    ["./no-replica.ts", "smallReplica", {}, /^team: .*no-replica\.ts cannot be imported: /],
    [
      "./small-replica.ts",
      "smallReplica",
      { note: () => 1 },
      /^team: thread 2 of 3 can be sent plain data alone: /,
    ],
  ])("%s %s", async (module, name, given, message) => {
    const source = { module: url(module), export: name, options: given };
    const error = await errorOf(Team.open(await openDevice({ backend: "wasm" }), source, options));
    expect(error).toBeInstanceOf(UnrolledError);
    expect([error.code, error.message]).toEqual(["invalid-argument", expect.stringMatching(message)]);
  });
});

test("a model that is made by a function trains on one thread and says how to change that", async () => {
  const device = await openDevice({ backend: "wasm" });
  const closure = (...[on, , rows]: Parameters<typeof smallReplica>) => smallReplica(on, {}, rows);
  const team = await Team.open(device, closure, options);
  const { model }: { readonly model: SmallModel } = team.replica;
  expect(model).toBeInstanceOf(SmallModel);
  expect([team.threads, team.rows]).toEqual([1, [5]]);
  expect(team.reason).toBe(
    "the model is made by a function, which cannot travel to another thread; export it from a module and give { module, export } instead",
  );
  const batches = batchesOf(5, 4);
  const losses: number[] = [];
  for (let step = 0; step < 60; step++) losses.push((await team.step(team.split(batches.next().value))).loss);
  expect(losses.at(-1)).toBeLessThan(losses[0]);
});

test("arguments that do not fit, a call during another one and one after the end are errors that change nothing", async () => {
  const team = await openSmallTeam({ threads: 2 });
  const batches = batchesOf(5, 4);
  const parts = () => team.split(batches.next().value);
  const said = async (promise: Promise<unknown>) => (await errorOf(promise)).message;
  expect(await said(team.walk(parts().slice(1)))).toBe("walk: there are 1 parts for 2 threads");
  expect(await said(team.walk([null, parts()[1]]))).toBe("walk: the first part is null, needed rows");
  expect(await said(team.walk([{ rows: 1.5, share: [] }, null]))).toContain("rows of a part is 1.5");
  expect(await said(team.step(parts(), { maxNorm: 0 }))).toBe("step: maxNorm is 0, needed more than 0");
  const walking = team.walk(parts());
  expect(await said(team.walk(parts()))).toBe("walk: the team is at work; await the call before this one");
  await walking;
  await steps(team, 1, batches);
  team.replica.model.freeze(["decoder"]);
  expect(await said(team.walk(parts()))).toContain("frozen or thawed after the team was opened");
  team.replica.model.decoder.weight.frozen = false;
  team.replica.model.decoder.bias!.frozen = false;
  await steps(team, 1, batches);
  team.close();
  expect(await said(team.walk(parts()))).toBe("walk: the team is closed");
  await expect(
    Team.open(await openDevice({ backend: "wasm" }), smallReplica, { ...options, threads: 0 }),
  ).rejects.toThrow("Team.open: threads is 0");
  await expect(
    Team.open(await openDevice({ backend: "wasm" }), smallReplica, { ...options, startSeconds: Infinity }),
  ).rejects.toThrow("Team.open: startSeconds is Infinity");
});

test("gradients that are not finite change nothing", async () => {
  const team = await openSmallTeam({ threads: 2 });
  const batches = batchesOf(5, 4);
  await steps(team, 2, batches);
  const bias = team.replica.model.decoder.bias!;
  const [good, weights] = [await bias.toArray(), await team.replica.model.encoder.weight.toArray()];
  bias.assign(good.map(() => Number.NaN));
  const error = await errorOf(team.step(team.split(batches.next().value)));
  expect([error.code, error.message]).toEqual([
    "not-finite",
    expect.stringContaining("is NaN at a loss of NaN"),
  ]);
  expect(await team.replica.model.encoder.weight.toArray()).toEqual(weights);
  team.close();
});

test("a thread that must not block, such as a page's own, waits otherwise and comes to the same", async () => {
  const run = async () => {
    const team = await openSmallTeam({ threads: 2 });
    const found = await steps(team, 20);
    team.close();
    return found;
  };
  const expected = await run();
  vi.spyOn(Atomics, "wait").mockImplementation(() => {
    throw new TypeError("Atomics.wait cannot be called in this context");
  });
  expect(await run()).toEqual(expected);
  // An engine that has no way to wait aside.
  const waitAsync = Object.getOwnPropertyDescriptor(Atomics, "waitAsync")!;
  Object.defineProperty(Atomics, "waitAsync", { ...waitAsync, value: undefined });
  try {
    expect(await run()).toEqual(expected);
  } finally {
    Object.defineProperty(Atomics, "waitAsync", waitAsync);
  }
});
