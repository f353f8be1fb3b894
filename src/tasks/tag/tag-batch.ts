import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { ints, type Tensor, tensor } from "../../tensor/tensor.ts";
import type { TagInputs } from "./tag-examples.ts";

/** A batch as the network reads it, filled up with zeros behind its sequences' ends. */
export interface TagBatch {
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** Steps of each sequence, where they differ. */
  readonly lengths: readonly number[] | undefined;
  /** T of the longest. */
  readonly steps: number;
}

/** Inputs side by side: words [B, T] and characters [B, T, C], or numbers [B, T, F]. */
export function tagBatch({ device, config }: LayeredNetwork, rows: readonly TagInputs[]): TagBatch {
  const all = rows.map(({ steps }) => steps);
  const steps = Math.max(...all);
  const lengths = all.some((each) => each !== steps) ? all : undefined;
  const inputs = Object.fromEntries(
    Object.entries(tagArrays({ config }, rows)).map(([name, { shape, data }]) => [
      name,
      data instanceof Int32Array ? ints(device, data, shape) : tensor(device, data, shape),
    ]),
  );
  return { inputs, lengths, steps };
}

/** The same as arrays. */
export function tagArrays(
  { config }: Pick<LayeredNetwork, "config">,
  rows: readonly TagInputs[],
): Readonly<Record<string, Numbers>> {
  const steps = Math.max(...rows.map((row) => row.steps));
  return Object.fromEntries(
    config.inputs.map(({ name, axes }) => [
      name,
      name === "characters"
        ? charactersOf(rows, steps)
        : valuesOf(rows, [rows.length, steps, ...axes.slice(2)] as number[]),
    ]),
  );
}

interface Numbers {
  readonly shape: readonly number[];
  readonly data: Int32Array | Float32Array;
}

function valuesOf(rows: readonly TagInputs[], shape: readonly number[]): Numbers {
  const each = shape.slice(1).reduce((product, length) => product * length, 1);
  const isNumbers = shape.length > 2;
  const data = isNumbers ? new Float32Array(rows.length * each) : new Int32Array(rows.length * each);
  for (const [row, { values }] of rows.entries()) data.set(values, row * each);
  return { shape, data };
}

function charactersOf(rows: readonly TagInputs[], steps: number): Numbers {
  let most = 1;
  for (const { counts } of rows) for (const count of counts!) most = Math.max(most, count);
  const data = new Int32Array(rows.length * steps * most);
  for (const [row, { characters, counts }] of rows.entries()) {
    let from = 0;
    for (let word = 0; word < counts!.length; word++) {
      const to = from + counts![word];
      data.set(characters!.subarray(from, to), (row * steps + word) * most);
      from = to;
    }
  }
  return { shape: [rows.length, steps, most], data };
}
