// Names of a graph while it is made into a plan: each becomes a slot of the plan's frame.
import { type Dependence, ON_NOTHING } from "./dependence.ts";
import type { Capture } from "./plan.ts";
import type { OnnxValue } from "./value.ts";

/** A graph that is being made into a plan. */
export class Scope {
  readonly template: (OnnxValue | undefined)[] = [];
  readonly captures: Capture[] = [];
  readonly #slots = new Map<string, number>();
  readonly #parent: Scope | undefined;
  /** Whether nodes of it may run several times in one run, in a loop. */
  readonly repeats: boolean;
  readonly #dependences: Dependence[] = [];

  constructor(parent?: Scope, repeats = false) {
    this.#parent = parent;
    this.repeats = repeats || (parent?.repeats ?? false);
  }

  /** Whether it is the model's own graph. */
  get isWhole(): boolean {
    return this.#parent === undefined;
  }

  has(name: string): boolean {
    return this.#slots.has(name);
  }

  define(name: string, dependence: Dependence, value?: OnnxValue): number {
    const slot = this.template.push(value) - 1;
    this.#slots.set(name, slot);
    this.#dependences.push(dependence);
    return slot;
  }

  /** The slot of a value made here or around here, or −1. */
  find(name: string): number {
    const known = this.#slots.get(name);
    if (known !== undefined) return known;
    const parent = this.#parent;
    const outer = parent ? parent.find(name) : -1;
    if (!parent || outer < 0) return -1;
    const inner = this.define(name, parent.dependence(outer), parent.template[outer]);
    if (parent.template[outer] === undefined) this.captures.push({ outer, inner });
    return inner;
  }

  dependence(slot: number): Dependence {
    return this.#dependences[slot] ?? ON_NOTHING;
  }
}
