import { UnrolledError } from "../errors.ts";
import { isWhole, requireWholes } from "../whole-numbers.ts";
import type { Device } from "./device.ts";
import { widenedNumbers } from "./narrow-matrix.ts";
import { type NestedNumbers, type PlainNumbers, plainNumbers } from "./nested-numbers.ts";
import { deviceOn, type OnDevice } from "./on-device.ts";
import { checkShape, shapeText, sizeOf } from "./shape.ts";
import { Storage } from "./storage.ts";
import { nodesBehind, type TapeNode, walkBack } from "./tape.ts";
import { inspected, SHOWN, tensorText } from "./tensor-text.ts";
import { toldNumbers, tracer } from "./tracing.ts";

export { checkShape, shapeText, sizeOf } from "./shape.ts";

/** Numbers that a tensor can be made from: flat, or nested as its axes are. */
export type Numbers = ArrayLike<number> | NestedNumbers;

/** Where a gradient is to be written, and whether something stands there already that has to be added to. */
export interface GradientSlot {
  readonly offset: number;
  readonly accumulate: 0 | 1;
}

/**
 * A shaped piece of the heap, row-major. Integers (token ids, lengths) are tensors too, without gradients. Throws UnrolledError
 * "freed-tensor" where it is used after the scope that made it has ended, "shape-mismatch" for numbers or gradients of another shape.
 */
export class Tensor {
  readonly device: Device;
  readonly storage: Storage;
  readonly shape: readonly number[];
  readonly kind: "float" | "int";
  /** The operation that made it, while that is remembered. */
  node: TapeNode | undefined;
  readonly #start: number;
  #requiresGrad: boolean;
  #gradient: Storage | undefined;
  #hasGradient = false;

  constructor(
    device: Device,
    storage: Storage,
    shape: readonly number[],
    options: {
      readonly start?: number;
      readonly kind?: "float" | "int";
      readonly requiresGrad?: boolean;
    } = {},
  ) {
    this.device = device;
    this.storage = storage;
    this.shape = shape;
    this.kind = options.kind ?? "float";
    this.#requiresGrad = options.requiresGrad ?? false;
    this.#start = options.start ?? 0;
    tracer?.made(this);
    const isShape = Array.isArray(shape) && shape.every((length) => isWhole(length, 0));
    if (!isShape || !(storage instanceof Storage) || !isWhole(this.#start, 0, storage.elements - this.size)) {
      throw new UnrolledError("invalid-argument", {
        call: "Tensor",
        problem: `shape ${shapeText(shape)} from ${this.#start} on is not inside its storage; make tensors with tensor(), ints() or zeros()`,
      });
    }
  }

  /** Place of the first entry in the heap, in elements. */
  get offset(): number {
    if (this.storage.freed) {
      throw new UnrolledError(
        "freed-tensor",
        `a tensor of shape ${shapeText(this.shape)} was used after the scope that made it had ended; return it from the scope to keep it`,
      );
    }
    if (this.storage.narrow) {
      throw new UnrolledError(
        "invalid-argument",
        `a weight of shape ${shapeText(this.shape)} is stored as ${this.storage.narrow.precision}, for inference alone; load its model as float32 for anything else`,
      );
    }
    return this.storage.offset + this.#start;
  }

  /** Place of the first entry in its storage, in elements. */
  get start(): number {
    return this.#start;
  }

  /** Whether backward() computes a gradient for it. */
  get requiresGrad(): boolean {
    return this.#requiresGrad;
  }

  get size(): number {
    return sizeOf(this.shape);
  }

  /** The gradient that backward() left, same shape; undefined before. */
  get grad(): Tensor | undefined {
    return this.#arrived() ? new Tensor(this.device, this.#gradient!, this.shape) : undefined;
  }

  /** Copies the numbers out, as they are now. Where much waits to be collected, it is given back before the promise is kept. */
  async toArray(): Promise<Float32Array> {
    const numbers = this.read();
    await this.device.turn();
    return numbers;
  }

  /** The single number of a tensor with one entry; else as `toArray`. */
  async item(): Promise<number> {
    if (this.size !== 1)
      throw new UnrolledError("shape-mismatch", {
        call: "item",
        problem: `needs a tensor with one entry, got shape ${shapeText(this.shape)}`,
      });
    const [number] = this.#numbers();
    await this.device.turn();
    return number;
  }

  /**
   * Copies the numbers out at once, inside a scope too: for a loss that looks at numbers, a decision, a figure. All backends of
   * today can; one whose numbers stand elsewhere (a GPU) cannot, so `toArray` is for what is to run everywhere.
   */
  read(): Float32Array {
    return this.storage.narrow ? widenedNumbers(this) : Float32Array.from(this.#numbers());
  }

  /** Overwrites the numbers, from a tensor of the same shape or from an array of the same length. */
  assign(source: Tensor | Numbers): this {
    const numbers = source instanceof Tensor ? source : plain("assign", source).data;
    const length = numbers instanceof Tensor ? numbers.size : numbers.length;
    if (length !== this.size || (source instanceof Tensor && source.kind !== this.kind)) {
      const came =
        source instanceof Tensor
          ? `a tensor of shape ${shapeText(source.shape)} (${source.kind})`
          : `${length} numbers`;
      throw new UnrolledError("shape-mismatch", {
        call: "assign",
        problem: `needs shape ${shapeText(this.shape)} (${this.kind}), got ${came}`,
      });
    }
    if (this.kind === "int" && !(numbers instanceof Tensor)) requireWholes("assign", numbers);
    this.#numbers().set(numbers instanceof Tensor ? numbers.#numbers() : numbers);
    this.changed();
    return this;
  }

  /** Its shape, its type and its first numbers, as `console.log` prints them in Node.js: `Tensor [2, 3] float32 [1, 2, 3, 4, 5, 6]`. */
  toString(): string {
    const isThere = !this.storage.freed && !this.storage.narrow;
    return tensorText(this, isThere ? this.#numbers().subarray(0, SHOWN) : undefined);
  }

  /** @internal */
  [inspected](): string {
    return this.toString();
  }

  /** Says that the numbers were changed in place. */
  changed(): void {
    this.storage.version += 1;
  }

  /**
   * Computes the gradients of everything this tensor was made from and adds them to those that parameters and other leaves have
   * already. `gradient`, of this tensor's shape, is needed unless it has one entry.
   */
  backward(gradient?: Tensor | Numbers): void {
    if (!this.requiresGrad) {
      throw new UnrolledError("invalid-argument", {
        call: "backward",
        problem:
          "this tensor was made from nothing that requires a gradient, outside recording, or in a scope that has ended; call backward() inside the scope",
      });
    }
    const given = gradient instanceof Tensor ? gradient : gradient && plain("backward", gradient).data;
    const length = given instanceof Tensor ? given.size : given?.length;
    if ((length ?? 1) !== this.size) {
      throw new UnrolledError("shape-mismatch", {
        call: "backward",
        problem: `needs a gradient of shape ${shapeText(this.shape)}, got ${length ?? "none"}`,
      });
    }
    if (gradient instanceof Tensor && (gradient.device !== this.device || gradient.kind !== "float")) {
      throw new UnrolledError("invalid-argument", {
        call: "backward",
        problem: "the gradient is of whole numbers or stands on another device, needed numbers on this one",
      });
    }
    const nodes = nodesBehind(this);
    const seed = given instanceof Tensor ? given : tensor(this.device, given ?? [1], this.shape);
    const { offset, accumulate } = this.gradientSlot();
    this.device.kernels.copyRows({ x: seed.offset, y: offset, n: this.size, accumulate });
    walkBack(this.device, nodes);
  }

  /** Forgets the gradient, so that the next backward() starts from zero. */
  zeroGrad(): void {
    this.#hasGradient = false;
  }

  /** For operations: offset of the gradient if one has arrived, else 0. */
  arrivedGradient(): number {
    return this.#arrived() ? this.#gradient!.offset : 0;
  }

  /** For operations: where to write the gradient by a kernel that can overwrite or add. */
  gradientSlot(): GradientSlot {
    const accumulate = this.#arrived() ? 1 : 0;
    return { offset: this.#takeGradient().offset, accumulate };
  }

  /** For operations: where to add the gradient; zero at first. */
  gathered(): number {
    const { offset, accumulate } = this.gradientSlot();
    if (!accumulate) this.device.kernels.fill(offset, 0, this.size);
    return offset;
  }

  /** For scopes: becomes a constant if an operation after `order` made it, since what that read is about to be freed. */
  forgetHistorySince(order: number): void {
    if (!this.node || this.node.order <= order) return;
    this.node = undefined;
    this.#requiresGrad = false;
  }

  #numbers(): Float32Array | Float64Array | Int32Array {
    const memory = this.kind === "int" ? this.device.heap.ints() : this.device.heap.floats();
    return memory.subarray(this.offset, this.offset + this.size);
  }

  #arrived(): boolean {
    return this.#hasGradient && this.#gradient?.freed === false;
  }

  #takeGradient(): Storage {
    if (!this.#gradient || this.#gradient.freed) {
      // Gradients on the way belong to the scope of backward(); a leaf's stay as long as the leaf.
      this.#gradient = this.node
        ? this.device.allocate(this.size)
        : this.device.allocateBeside(this.storage, this.size);
    }
    this.#hasGradient = true;
    return this.#gradient;
  }
}

/** A tensor from numbers, row-major, on a device, which may be named by a tensor or module on it. If no shape is given, nested arrays have an axis a level. Throws "shape-mismatch" for what does not fit. */
export function tensor(
  on: OnDevice,
  numbers: Numbers,
  shape?: readonly number[],
  options: { readonly requiresGrad?: boolean } = {},
): Tensor {
  const device = deviceOn("tensor", on);
  const { data, shape: own } = plain("tensor", numbers);
  const axes = shape ?? own;
  checkShape("tensor", axes, data.length);
  return toldNumbers(new Tensor(device, device.allocate(data.length), axes, options).assign(data));
}

/** A tensor of whole numbers: token ids, targets, lengths. Shape and errors are as those of `tensor`; it throws for other numbers too. */
export function ints(on: OnDevice, numbers: Numbers, shape?: readonly number[]): Tensor {
  const device = deviceOn("ints", on);
  const { data, shape: own } = plain("ints", numbers);
  const axes = shape ?? own;
  checkShape("ints", axes, data.length);
  requireWholes("ints", data);
  return new Tensor(device, device.allocate(data.length), axes, { kind: "int" }).assign(data);
}

/** A tensor of zeros of a shape. Throws as `tensor` does. */
export function zeros(
  on: OnDevice,
  shape: readonly number[],
  options: { readonly requiresGrad?: boolean } = {},
): Tensor {
  const device = deviceOn("zeros", on);
  checkShape("zeros", shape, sizeOf(shape));
  const result = new Tensor(device, device.allocate(sizeOf(shape)), shape, options);
  device.kernels.fill(result.offset, 0, result.size);
  return toldNumbers(result);
}

function plain(call: string, numbers: Numbers): PlainNumbers {
  const found = plainNumbers(numbers);
  if (found) return found;
  throw new UnrolledError("shape-mismatch", {
    call,
    problem: "nested arrays have unequal lengths, or entries that are no numbers",
  });
}
