import { UnrolledError } from "../errors.ts";
import type { Device } from "./device.ts";
import type { Storage } from "./storage.ts";
import type { Tensor } from "./tensor.ts";

/** One recorded operation: what it read, what it made, and how gradients pass back through it. */
export interface TapeNode {
  readonly order: number;
  inputs: readonly Tensor[];
  /** What `backward` reads the numbers of, and the versions of these that the operation saw. */
  saved: readonly Tensor[];
  readonly versions: readonly number[];
  /** What `backward` alone reads. */
  room: readonly Storage[];
  /** Reads the arrived gradients of the outputs and gathers those of the inputs. Undefined once it has run. */
  backward: (() => void) | undefined;
}

/**
 * Remembers how outputs were made, if gradients are recorded and an input needs one. `saved` are the tensors whose numbers `backward`
 * reads, inputs and outputs, which must not change until then. `backward` runs at most once, since cells overwrite what they saved;
 * `room` is what nobody else knows of, and is freed after it.
 */
export function record(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  saved: readonly Tensor[],
  backward: () => void,
  room: readonly Storage[] = [],
): void {
  const order = outputs[0].device.nextOrder();
  const versions = saved.map(({ storage }) => storage.version);
  const node: TapeNode = { order, inputs, saved, versions, room, backward };
  for (const output of outputs) if (output.requiresGrad) output.node = node;
}

/** Whether an operation on these inputs has to be recorded. */
export function needsRecord(inputs: readonly (Tensor | undefined)[]): boolean {
  return inputs.some((input) => input?.requiresGrad && input.device.recording);
}

/**
 * The operations behind a tensor, from the last to the first: the order in which they were made is a topological one. One that
 * was walked back before, or that read numbers which are other ones now, is an error, found before anything is changed.
 */
export function nodesBehind(root: Tensor): TapeNode[] {
  const nodes = new Set<TapeNode>(root.node ? [root.node] : []);
  for (const node of nodes) {
    if (!node.backward) {
      throw new UnrolledError("invalid-argument", {
        call: "backward",
        problem: "these operations were walked back before; run the forward pass again",
      });
    }
    requireUnchanged(node);
    for (const input of node.inputs) if (input.node) nodes.add(input.node);
  }
  return [...nodes].sort((a, b) => b.order - a.order);
}

/**
 * Runs operations backwards, each one once, and forgets them: what only their way back has read is freed at once, and a tensor
 * that is kept holds none of those before it. Results and gradients stay for as long as somebody has them.
 */
export function walkBack(device: Device, nodes: readonly TapeNode[]): void {
  for (const node of nodes) {
    node.backward?.();
    device.onWayBack?.(node);
    device.free(...node.room);
    node.backward = undefined;
    node.inputs = [];
    node.saved = [];
    node.room = [];
  }
}

function requireUnchanged({ saved, versions }: TapeNode): void {
  for (let index = 0; index < saved.length; index++) {
    const { storage, shape } = saved[index];
    if (storage.version === versions[index]) continue;
    throw new UnrolledError("invalid-argument", {
      call: "backward",
      problem: `a tensor of shape [${shape.join(", ")}] was changed in place after an operation had read it; change it after backward(), or run the forward pass again`,
    });
  }
}
