// What calls of the library are made of: operands that mostly fit, and now and then do not. All choices come from a seed, and none
// from a number that the library worked out, so that two backends are given the same.
import { type Device, Generator, ints, type Tensor, tensor } from "unrolled";
import { sizeOf } from "../../../src/tensor/tensor.ts";

/** Share of the operands that are not what is needed. */
const HOSTILE = 0.05;
/** Share of those that are no value of the right type at all. */
const WILD = 0.2;

const NUMBERS = [0, -1, 0.5, -0.5, Number.NaN, Infinity, -Infinity, 1e-45, 1e30, 2 ** 31, 2 ** 32, 2 ** 53];
/** None of them a length that memory could be found for. */
const LENGTHS = [0, -1, -4, 0.5, 1.5, Number.NaN, Infinity, 2 ** 31, 2 ** 32, 2 ** 33, 2 ** 53];
const IDS = [-1, 0.5, 5, 1_000_000_000, 2 ** 31, 2 ** 32, 2 ** 33, -(2 ** 31) - 1, Number.NaN];
/** Anew each time, since calls write into lists. */
const wilds = (): readonly unknown[] => [
  undefined,
  null,
  "3",
  "",
  true,
  {},
  [],
  [1, 2],
  () => 1,
  3n,
  new Float32Array(2),
];

/** The two devices of one backend, and what calls have made so far. */
export class World {
  readonly device: Device;
  readonly other: Device;
  readonly random: Generator;
  readonly tensors: Tensor[] = [];
  readonly objects: object[] = [];
  readonly freed = new WeakSet<Tensor>();
  /** Whether the call that is being made up has an operand of a wrong type. */
  wild = false;

  constructor(device: Device, other: Device, seed: number) {
    this.device = device;
    this.other = other;
    this.random = new Generator(seed);
  }

  chance(probability: number): boolean {
    return this.random.uniform() < probability;
  }

  pick<Item>(list: readonly Item[]): Item {
    return list[this.random.integer(list.length)];
  }

  /** A whole number from `least` to `most`. */
  whole(most: number, least = 1): number {
    return least + this.random.integer(most - least + 1);
  }

  shape(rank = this.whole(3)): number[] {
    return Array.from({ length: rank }, () => this.whole(4));
  }

  /** The value, or rarely one that is wrong. */
  hostile<Value>(value: Value, wrong: readonly unknown[]): Value {
    if (!this.chance(HOSTILE)) return value;
    if (!this.chance(WILD)) return this.pick(wrong) as Value;
    return this.anything() as Value;
  }

  /** A value of any type. */
  anything(): unknown {
    this.wild = true;
    return this.pick(wilds());
  }

  number(value = this.random.uniformBetween(-1, 1)): number {
    return this.hostile(value, NUMBERS);
  }

  length(most = 4, least = 1): number {
    return this.hostile(this.whole(most, least), LENGTHS);
  }

  /** One of some words, or left out. */
  option<Name extends string>(
    name: Name,
    values: readonly unknown[],
    probability = 0.3,
  ): Record<string, unknown> {
    if (!this.chance(probability)) return {};
    const fits = this.pick(values);
    const value = this.hostile(fits, ["none of them", -1, Number.NaN, 2 ** 32]);
    // In the place of a list or an object anything else is of a wrong type.
    if (value !== fits && typeof fits === "object") this.wild = true;
    return { [name]: value };
  }

  /** Numbers that no call has touched yet, so that they are the same on every backend to the last bit. */
  fresh(shape: readonly number[], device = this.device): Tensor {
    const numbers = Float32Array.from({ length: sizeOf(shape) }, () => this.random.uniformBetween(-1, 1));
    return tensor(device, numbers, shape, { requiresGrad: this.chance(0.4) });
  }

  /** A tensor of this shape, most of the time. */
  floats(shape: readonly number[]): Tensor {
    if (this.chance(HOSTILE)) return this.wrong(shape);
    const same = this.tensors.filter(
      (made) => made.kind === "float" && made.device === this.device && made.shape.join() === shape.join(),
    );
    return same.length > 0 && this.chance(0.7) ? this.pick(same) : this.fresh(shape);
  }

  /** A tensor of whole numbers from 0 to `count` − 1, most of the time. */
  ids(shape: readonly number[], count: number): Tensor {
    if (this.chance(HOSTILE)) return this.wrong(shape);
    return this.fresh_ids(shape, count, this.chance(HOSTILE) ? this.other : this.device);
  }

  /** A plain list of whole numbers from 0 to `count` − 1, most of the time. */
  idList(length: number, count: number): number[] {
    return Array.from({ length }, () => this.hostile(this.random.integer(count), IDS));
  }

  /** Lengths of sequences, or none. */
  lengths(batch: number, steps: number): number[] | undefined {
    if (this.chance(0.6)) return undefined;
    return this.hostile(
      Array.from({ length: batch }, () => this.length(steps)),
      [[], [0.5], [2 ** 32]],
    );
  }

  fresh_ids(shape: readonly number[], count: number, device = this.device): Tensor {
    const numbers = Array.from({ length: sizeOf(shape) }, () => {
      if (!this.chance(HOSTILE / 2)) return this.random.integer(count);
      return this.pick([-1, count, 1_000_000_000, -100]);
    });
    return ints(device, numbers, shape);
  }

  private wrong(shape: readonly number[]): Tensor {
    switch (this.random.integer(6)) {
      case 0:
        return this.fresh(shape, this.other);
      case 1:
        return this.fresh_ids(shape, 3);
      case 2:
        return this.fresh_ids(shape, 3, this.other);
      case 3: {
        let gone: Tensor | undefined;
        this.device.scope(() => {
          gone = this.fresh(shape);
        });
        this.freed.add(gone!);
        return gone!;
      }
      case 4:
        return this.chance(WILD) ? (this.anything() as Tensor) : this.fresh([]);
      default:
        return this.tensors.length > 0 ? this.pick(this.tensors) : this.fresh(this.shape());
    }
  }
}
