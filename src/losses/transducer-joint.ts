// Joint networks of transducers: from what the encoder says of step t and the prediction network of the labels before place u to the
// logits of (t, u), for a few steps at a time.
import { UnrolledError } from "../errors.ts";
import { isRecord } from "../options/field-checks.ts";
import type { Device } from "../tensor/device.ts";
import { addTransposedProduct, packed } from "../tensor/operations/products.ts";
import { Tensor } from "../tensor/tensor.ts";

/**
 * How a transducer's two networks are joined. "additive" (Graves 2012): logits(t, u) = encoded(t) + predicted(u), both [V]. With a weight
 * [V, H], and a bias [V] or none (Graves, Mohamed & Hinton 2013): logits(t, u) = weight · tanh(encoded(t) + predicted(u)) + bias.
 */
export type TransducerJoint = "additive" | { readonly weight: Tensor; readonly bias?: Tensor | undefined };

/** @throws UnrolledError "invalid-argument" unless it is a way to join that there is */
export function requireJoint(joint: unknown): void {
  if (joint === "additive" || (isRecord(joint) && joint.weight instanceof Tensor)) return;
  throw new UnrolledError("invalid-argument", {
    call: "transducerJointLoss",
    subject: "joint",
    got:
      typeof joint === "string"
        ? JSON.stringify(joint)
        : isRecord(joint)
          ? "without a weight"
          : String(joint),
    needed: '"additive", or { weight, bias } of tensors',
  });
}

/** Places in the heap: of H numbers a step and a place of one sequence. */
export interface JoinedRows {
  readonly encoded: number;
  readonly predicted: number;
}

/** Rows (t, u) that are joined at a time, in rooms that serve for all. */
export class JointChunk {
  readonly logits: number;
  readonly dlogits: number;
  readonly #device: Device;
  readonly #joint: TransducerJoint;
  readonly #width: number;
  readonly #classes: number;
  readonly #hidden: number;
  readonly #dhidden: number;

  /** Elements of room for so many rows, of `width` numbers before the joint network and `classes` behind it. */
  static elements(rows: number, width: number, classes: number): number {
    return rows * 2 * (width + classes);
  }

  constructor(
    device: Device,
    joint: TransducerJoint,
    room: number,
    rows: number,
    width: number,
    classes: number,
  ) {
    this.#device = device;
    this.#joint = joint;
    this.#width = width;
    this.#classes = classes;
    this.logits = room;
    this.dlogits = room + rows * classes;
    const isAdditive = joint === "additive";
    this.#hidden = isAdditive ? this.logits : room + 2 * rows * classes;
    this.#dhidden = isAdditive ? this.dlogits : this.#hidden + rows * width;
  }

  /** logits ← those of `steps` steps from `encoded` on, by `places` places. */
  forward({ encoded, predicted }: JoinedRows, steps: number, places: number): void {
    const { kernels } = this.#device;
    const [H, rows] = [this.#width, steps * places];
    for (let t = 0; t < steps; t++)
      kernels.binary({
        operation: ADD,
        a: encoded + t * H,
        aRow: 0,
        b: predicted,
        y: this.#hidden + t * places * H,
        m: places,
        n: H,
      });
    if (this.#joint === "additive") return;
    const { weight, bias } = this.#joint;
    kernels.unary(TANH, this.#hidden, this.#hidden, rows * H);
    kernels.gemm({
      a: this.#hidden,
      packed: packed(weight, "transposed"),
      bias: bias?.offset ?? 0,
      c: this.logits,
      m: rows,
      n: this.#classes,
      k: H,
    });
  }

  /** Adds the gradients of what was joined last, by those of its logits; where `into` has 0, nobody asks for one. */
  backward(into: JoinedRows, steps: number, places: number): void {
    const { kernels } = this.#device;
    const [H, V, rows] = [this.#width, this.#classes, steps * places];
    if (this.#joint !== "additive") {
      const { weight, bias } = this.#joint;
      if (weight.requiresGrad)
        addTransposedProduct(this.#device, this.dlogits, V, this.#hidden, H, rows, weight.gathered());
      if (bias?.requiresGrad) kernels.sumRows({ x: this.dlogits, sums: bias.gathered(), m: rows, n: V });
      // The slope of tanh by what it gave: dhidden ∘ (1 − hidden²).
      const [y, dy] = [this.#hidden, this.#dhidden];
      kernels.gemm({ a: this.dlogits, packed: packed(weight, "plain"), c: dy, m: rows, n: H, k: V });
      this.#device.temporary(rows * H, (dx) => {
        kernels.fill(dx, 0, rows * H);
        kernels.unaryBackward({ operation: TANH, x: y, y, dy, dx, n: rows * H });
        kernels.copyRows({ x: dx, y: dy, n: rows * H });
      });
    }
    for (let t = 0; t < steps; t++) {
      const row = this.#dhidden + t * places * H;
      if (into.encoded) kernels.sumRows({ x: row, sums: into.encoded + t * H, m: places, n: H });
      if (into.predicted) kernels.addScaled(row, 1, into.predicted, places * H);
    }
  }
}

/** Of the kernel `binary`, and of `unary`. */
const ADD = 0;
const TANH = 2;
