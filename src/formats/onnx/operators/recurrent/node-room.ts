// Where a recurrent node computes in the heap: its input, the lengths, the states of all steps, and what each direction needs.
import type { Storage } from "../../../../tensor/storage.ts";
import type { Machine } from "../../machine.ts";
import { countDirection, type DirectionSize, type LaidDirection, layDirection } from "./direction.ts";
import type { DirectionWeights } from "./weights.ts";

/** What a node's room depends on. */
export interface NodeSize {
  readonly size: DirectionSize;
  readonly weights: readonly DirectionWeights[];
  /** Whether the weights are the same in every run. */
  readonly isFixed: boolean;
  /** Whether some sequences end before the last step. */
  readonly hasLengths: boolean;
}

/** A node that is laid out: where its input and lengths stand, and its directions. */
export interface LaidNode extends NodeSize {
  readonly xs: number;
  readonly lengths: number;
  readonly directions: readonly LaidDirection[];
  /** All of the room. */
  readonly elements: number;
}

/** Elements of a room that is kept from run to run. */
const MOST_KEPT = 2 ** 16;

/** Lays a node out for its runs. Frames of a stream come in one size, so that a small room and what stands where in it are kept. */
export class NodeRoom {
  readonly #machine: Machine;
  readonly #reverse: (direction: number) => boolean;
  readonly #quantized: boolean;
  #kept: { readonly laid: LaidNode; readonly storage: Storage } | undefined;

  constructor(machine: Machine, reverse: (direction: number) => boolean, quantized: boolean) {
    this.#machine = machine;
    this.#reverse = reverse;
    this.#quantized = quantized;
  }

  /** Runs a node in its room. */
  use(node: NodeSize, run: (laid: LaidNode) => void): void {
    const machine = this.#machine;
    const kept = this.#kept && isSame(this.#kept.laid, node) ? this.#kept : undefined;
    const { directions, elements } = kept?.laid ?? this.#lay(node, 0);
    for (const direction of directions) countDirection(machine.budget, direction.run);
    if (!kept && (!node.isFixed || elements > MOST_KEPT)) {
      machine.temporary(elements, (place) => run(this.#lay(node, place)));
      return;
    }
    const { laid, storage } = kept ?? this.#keep(node, elements);
    machine.temporary(elements, () => run(laid), storage.offset);
  }

  /** Lays a node out from a place on that is found for all of it. */
  layAt(node: NodeSize, place: (elements: number) => number): LaidNode {
    return this.#lay(node, place(this.#lay(node, 0).elements));
  }

  #keep(node: NodeSize, elements: number) {
    const storage = this.#machine.device.allocateLasting(elements);
    this.#kept = { laid: this.#lay(node, storage.offset), storage };
    return this.#kept;
  }

  #lay({ size, weights, isFixed, hasLengths }: NodeSize, xs: number): LaidNode {
    const { steps, batch, input, hidden } = size;
    const lengths = xs + steps * batch * input;
    const rows = (steps + 1) * batch * hidden;
    let end = lengths + batch;
    const directions = weights.map((own, direction) => {
      const states = own.cell.shape.states.map((_, state) => end + state * rows);
      end += states.length * rows;
      const run = {
        weights: own,
        size,
        reverse: this.#reverse(direction),
        xs,
        states,
        lengths: hasLengths ? lengths : 0,
        quantized: this.#quantized,
      };
      const laid = layDirection(this.#machine, run, end);
      end += laid.elements;
      return laid;
    });
    return { size, weights, isFixed, hasLengths, xs, lengths, directions, elements: end - xs };
  }
}

function isSame(kept: LaidNode, { size, weights, hasLengths }: NodeSize): boolean {
  return (
    kept.size.steps === size.steps &&
    kept.size.batch === size.batch &&
    kept.weights === weights &&
    kept.hasLengths === hasLengths
  );
}
