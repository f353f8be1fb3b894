// A case: a handful of calls of the public surface, each on what the ones before it have made, on two backends.
import type { Device } from "unrolled";
import { entriesNamed } from "./entries.ts";
import { type Entry, shown } from "./entry.ts";
import { wildCall } from "./methods.ts";
import { endOf, isTame, partsOf, problemOf, type Step } from "./trace.ts";
import { World } from "./world.ts";

/** Share of the calls that are methods called with anything. */
const METHODS = 0.1;
const MOST_CALLS = 12;

/** The two devices of a backend. */
export type Pair = readonly [Device, Device];

/** What is wrong with a case: the calls up to the one that shows it. */
export interface Problem {
  readonly calls: readonly string[];
  readonly problem: string;
}

/** Runs a case on two backends. `before` is given each call before it is made. */
export async function runCase(
  seed: number,
  backends: readonly [Pair, Pair],
  names: string,
  before?: (text: string) => void,
): Promise<{ readonly problem: Problem | undefined; readonly made: number; readonly refused: number }> {
  const chosen = entriesNamed(names);
  const one = await trace(seed, backends[0], chosen, before);
  const other = await trace(seed, backends[1], chosen, before);
  let compared = true;
  for (const [index, step] of one.entries()) {
    const problem = problemOf(step, other[index], compared);
    if (problem) {
      const calls = one.slice(0, index + 1).map(({ text }) => text);
      return { problem: { calls, problem }, made: 0, refused: 0 };
    }
    // From here on differences are those of noise.
    compared &&= isTame(step);
  }
  const made = one.filter(({ end }) => end === "made").length;
  return { problem: undefined, made, refused: one.length - made };
}

/** All calls of a case on one backend. */
async function trace(
  seed: number,
  [device, other]: Pair,
  chosen: readonly Entry[],
  before: ((text: string) => void) | undefined,
): Promise<Step[]> {
  const world = new World(device, other, seed);
  const steps: Step[] = [];
  for (let left = world.whole(MOST_CALLS); left > 0; left--) {
    world.wild = false;
    const wildly = world.chance(METHODS) ? method(world) : undefined;
    const { text, call } = wildly ?? named(world, chosen);
    const { wild } = world;
    before?.(`${device.backend}: ${text}`);
    let end = "made";
    let made: Step["made"] = [];
    try {
      made = partsOf(await settled(await call()), world);
      // A method may well give out where something stands.
      if (wildly) made = [];
    } catch (error) {
      end = endOf(error);
    }
    steps.push({ text, wild, end, made });
  }
  return steps;
}

function named(world: World, chosen: readonly Entry[]): { text: string; call: () => unknown } {
  const { name, operands, call } = world.pick(chosen);
  const given = operands(world);
  return {
    text: `${name}(${given.map((value) => shown(value, world)).join(", ")})`,
    call: () => call(...given),
  };
}

function method(world: World): { text: string; call: () => unknown } | undefined {
  const wild = wildCall(world);
  if (!wild) return undefined;
  const { target, method: name, operands } = wild;
  return {
    text: `${shown(target, world)}.${name}(${operands.map((value) => shown(value, world)).join(", ")})`,
    call: () => (target as Record<string, (...operands: readonly unknown[]) => unknown>)[name](...operands),
  };
}

/** A result whose promises have come true. */
async function settled(result: unknown): Promise<unknown> {
  return Array.isArray(result) ? Promise.all(result) : result;
}
