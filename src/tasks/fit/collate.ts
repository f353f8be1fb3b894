import { UnrolledError } from "../../errors.ts";
import type { Device } from "../../tensor/device.ts";
import { ints, type Tensor, tensor } from "../../tensor/tensor.ts";
import {
  type Example,
  type ExampleNumbers,
  type NumberKind,
  partsOf,
  shaped,
  type TensorsOf,
} from "./example.ts";

/** A batch of examples as tensors. */
export interface FitBatch<Learned extends Example = Example> {
  /** [B, …], or [T, B, …] where sequences are time-major. */
  readonly inputs: TensorsOf<Learned["inputs"]>;
  readonly targets: TensorsOf<NonNullable<Learned["targets"]>>;
  /** Steps of each example's inputs, where they differ; what is behind them is zeros. */
  readonly lengths: readonly number[] | undefined;
  /** Steps of each example's targets, where they differ; what is behind them is NaN, and −100 in targets of whole numbers. */
  readonly targetLengths: readonly number[] | undefined;
  /** The examples themselves, in the order of the rows. */
  readonly examples: readonly Learned[];
}

/** How examples become tensors. */
export interface CollateOptions {
  readonly kinds: {
    readonly inputs: Readonly<Record<string, NumberKind>>;
    readonly targets: Readonly<Record<string, NumberKind>>;
  };
  readonly timeMajor: boolean;
}

const CALL = "fit";
/** What targets are filled up with, which metrics pass over, and `crossEntropy` the whole number. */
const PASSED_OVER: Readonly<Record<NumberKind, number>> = { int: -100, float: Number.NaN };

/** @throws UnrolledError "shape-mismatch" for examples that do not stand side by side */
export function collated<Learned extends Example>(
  device: Device,
  examples: readonly Learned[],
  { kinds, timeMajor }: CollateOptions,
): FitBatch<Learned> {
  const inputs = side(device, examples, "inputs", kinds.inputs, timeMajor);
  const targets = side(device, examples, "targets", kinds.targets, timeMajor);
  return {
    inputs: inputs.tensors as TensorsOf<Learned["inputs"]>,
    targets: targets.tensors as TensorsOf<NonNullable<Learned["targets"]>>,
    lengths: inputs.lengths,
    targetLengths: targets.lengths,
    examples,
  };
}

function side(
  device: Device,
  examples: readonly Example[],
  name: "inputs" | "targets",
  kinds: Readonly<Record<string, NumberKind>>,
  timeMajor: boolean,
) {
  let lengths: readonly number[] | undefined;
  const tensors = Object.entries(kinds).map(([part, kind]): [string, Tensor] => {
    const rows = examples.map((example, row) => {
      const given = example[name];
      const found = given === undefined ? undefined : partsOf(given).find(([own]) => own === part);
      if (found) return found[1];
      throw new UnrolledError("invalid-argument", {
        call: CALL,
        problem: `example ${row} of a batch has no ${name}${part === "" ? "" : `.${part}`}`,
      });
    });
    const behind = name === "targets" ? PASSED_OVER[kind] : 0;
    const made = padded(rows, `${name}${part === "" ? "" : `.${part}`}`, behind);
    lengths ??= made.lengths;
    const { data, shape } = timeMajor && made.shape.length > 1 ? swapped(made) : made;
    return [part, kind === "int" ? ints(device, data, shape) : tensor(device, data, shape)];
  });
  const alone = tensors.find(([part]) => part === "");
  return { tensors: alone ? alone[1] : Object.fromEntries(tensors), lengths };
}

/** Rows side by side, filled up along their first axis. */
function padded(rows: readonly ExampleNumbers[], where: string, behind: number) {
  const parts = rows.map((row) => shaped(CALL, row, where));
  const [first] = parts;
  const inner = first.shape.slice(1);
  for (const [row, { shape }] of parts.entries()) {
    if (shape.length === first.shape.length && shape.slice(1).every((length, at) => length === inner[at]))
      continue;
    throw new UnrolledError("shape-mismatch", {
      call: CALL,
      problem: `${where} of example ${row} of a batch have shape [${shape.join(", ")}], those of example 0 [${first.shape.join(", ")}]; only the first axis may differ`,
    });
  }
  if (first.shape.length === 0) {
    return {
      shape: [rows.length],
      data: Float64Array.from(parts, ({ data }) => data[0]),
      lengths: undefined,
    };
  }
  const lengths = parts.map(({ shape }) => shape[0]);
  const steps = Math.max(...lengths);
  const width = inner.reduce((size, length) => size * length, 1);
  const data = new Float64Array(rows.length * steps * width).fill(behind);
  for (const [row, part] of parts.entries()) {
    const from = row * steps * width;
    for (let at = 0; at < part.data.length; at++) data[from + at] = part.data[at];
  }
  const differ = lengths.some((length) => length !== steps);
  return { shape: [rows.length, steps, ...inner], data, lengths: differ ? lengths : undefined };
}

/** [B, T, …] as [T, B, …]. */
function swapped({ shape, data }: { readonly shape: readonly number[]; readonly data: Float64Array }) {
  const [batch, steps, ...inner] = shape;
  const width = inner.reduce((size, length) => size * length, 1);
  const turned = new Float64Array(data.length);
  for (let b = 0; b < batch; b++)
    for (let t = 0; t < steps; t++)
      turned.set(
        data.subarray((b * steps + t) * width, (b * steps + t + 1) * width),
        (t * batch + b) * width,
      );
  return { shape: [steps, batch, ...inner], data: turned };
}
