// Runs whose shapes are those of the runs before: recorded once, then repeated without what each node costs by itself.
import type { OnnxData, OnnxType } from "./data-types.ts";
import type { Machine } from "./machine.ts";
import { type Plan, putResults, runNode } from "./plan.ts";
import { Recording, type ReplayedNode, type ValueSource } from "./recording.ts";
import { copied, type OnnxValue } from "./value.ts";

/** Runs of the same shapes after which one is recorded: what is run once or twice is not worth it. */
const RUNS_BEFORE = 3;

type Values = readonly (OnnxValue | undefined)[];

/** Calls that stand in the heap. */
interface PlacedCalls {
  readonly place: number;
  readonly count: number;
}

/** A recorded run. */
interface Replay {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: Values;
  readonly parts: readonly (ReplayedNode | PlacedCalls)[];
  /** What its places stand in, which lives as long as this is held. */
  readonly held: unknown;
}

/** The replay of a graph for the shapes of its last runs. */
export class Replays {
  readonly #machine: Machine;
  readonly #plan: Plan;
  #shapes = -1;
  #runs = 0;
  #replay: Replay | undefined;

  constructor(machine: Machine, plan: Plan) {
    this.#machine = machine;
    this.#plan = plan;
  }

  /** Where an input's numbers are to be written for a replay, if there is one. */
  placeOf(input: number): OnnxValue | undefined {
    return this.#replay?.inputs[input];
  }

  /** The outputs of a run that has begun, lent until the next; undefined where it is to be run node by node. */
  run(inputs: readonly OnnxValue[]): Values | undefined {
    const machine = this.#machine;
    const plan = this.#plan;
    if (!plan.isFixed || !machine.canRecord) return undefined;
    if (this.#shapes !== machine.shapes) {
      this.#shapes = machine.shapes;
      this.#runs = 0;
      this.#replay = undefined;
    }
    if (this.#replay) return replayed(machine, this.#replay, inputs);
    this.#runs += 1;
    if (this.#runs !== RUNS_BEFORE || plan.kept.shapes !== machine.shapes) return undefined;
    const { replay, results } = recorded(machine, plan, inputs);
    this.#replay = replay;
    return results;
  }
}

/** Runs a plan whose steps all follow from shapes, and writes down how. */
function recorded(
  machine: Machine,
  { kept, steps, inputs: slots, outputs }: Plan,
  given: readonly OnnxValue[],
): { readonly replay: Replay | undefined; readonly results: Values } {
  const recording = new Recording(machine);
  const fixed = kept.frame;
  const frame = fixed.slice();
  const inputs = given.map((value) => recording.input(value));
  slots.forEach((slot, index) => {
    frame[slot] = inputs[index];
  });
  machine.budget.frames.push(frame);
  machine.source = recording;
  machine.recording = recording;
  try {
    for (const step of steps) {
      if (step.byShapes) continue;
      machine.budget.step(step.inputs.length + step.outputs.length);
      for (const slot of step.inputs) {
        const value = frame[slot];
        if (value && value === fixed[slot]) frame[slot] = recording.constant(value);
      }
      const values = step.inputs.map((slot) => frame[slot]);
      recording.begin();
      putResults(step, runNode(step, values, frame), frame);
      const results = step.outputs.map((slot) => frame[slot]);
      recording.end(step, values, results, (input) => fixed[step.inputs[input]] !== undefined);
      for (const slot of step.done) {
        const place = frame[slot]?.place;
        frame[slot] = undefined;
        if (place !== undefined && !frame.some((other) => other?.place === place)) recording.room.give(place);
      }
    }
  } finally {
    machine.source = undefined;
    machine.recording = undefined;
  }
  machine.budget.frames.pop();
  const results = outputs.map((slot) => frame[slot]);
  const parts = recording.parts.map((part) =>
    "words" in part ? { place: recording.numbers(part.words), count: part.count } : part,
  );
  const replay = { inputs, outputs: results, parts, held: recording.room };
  return {
    replay: recording.isGivenUp ? undefined : replay,
    results: lent(results),
  };
}

function replayed(machine: Machine, { inputs, outputs, parts }: Replay, given: readonly OnnxValue[]): Values {
  const { kernels } = machine.device;
  for (let index = 0; index < inputs.length; index++)
    if (given[index] !== inputs[index]) inputs[index].data.set(given[index].data);
  const source = new MadeBefore();
  machine.source = source;
  try {
    for (const part of parts) {
      if ("place" in part) kernels.replay(part.place, part.place, part.count);
      else repeat(machine, part, source);
    }
  } finally {
    machine.source = undefined;
  }
  return lent(outputs);
}

/** What has no place stays with the replay. */
function lent(outputs: Values): Values {
  return outputs.map((value) => (value && value.place === undefined ? copied(value) : value));
}

/** Computes a node again, on the same values. */
function repeat(machine: Machine, { step, values, made, results }: ReplayedNode, source: MadeBefore): void {
  machine.budget.step(step.inputs.length + step.outputs.length);
  source.begin(made);
  const found = runNode(step, values, []);
  const list = Array.isArray(found) ? found : [found];
  for (let index = 0; index < results.length; index++) {
    const [wanted, data] = [results[index]?.data, (list[index] as OnnxValue | undefined)?.data];
    if (wanted && data && wanted !== data) (wanted as OnnxData).set(data);
  }
}

/** What a node makes in a replay: what it made when it was recorded. */
class MadeBefore implements ValueSource {
  #made: readonly OnnxValue[] = [];
  #next = 0;

  begin(made: readonly OnnxValue[]): void {
    this.#made = made;
    this.#next = 0;
  }

  make(type: OnnxType, _dims: readonly number[], size: number): OnnxValue | undefined {
    const value = this.#made[this.#next];
    if (value?.type !== type || value.data.length !== size) return undefined;
    this.#next += 1;
    value.data.fill(0);
    return value;
  }
}
