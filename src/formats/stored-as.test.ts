import { expect, test } from "vitest";
import { readSafetensors } from "./safetensors.ts";
import { storedAs } from "./stored-as.ts";
import { widenTensors } from "./widen-tensors.ts";
import { writeSafetensors } from "./write-safetensors.ts";

const weight = { shape: [3, 2], data: Float32Array.of(1, -0.3, 0, 0, 0.001, 0.0004) };
const bias = { shape: [3], data: Float32Array.of(0.1, 0.2, 0.3) };
const tensors = { "rnn.weight_ih_l0": weight, "rnn.bias_ih_l0": bias };

/** What a reader of the file has. */
const written = (precision: Parameters<typeof storedAs>[1]) =>
  readSafetensors(writeSafetensors(storedAs(tensors, precision)));

test("bytes are within half a step of their row, and biases stay", () => {
  const stored = written("int8");
  expect(stored["rnn.weight_ih_l0"].dtype).toBe("I8");
  expect(stored["rnn.bias_ih_l0"]).toMatchObject({ dtype: "F32", data: bias.data });
  const { tensors: widened } = widenTensors(stored);
  for (const [index, value] of weight.data.entries()) {
    const row = weight.data.subarray(2 * Math.floor(index / 2), 2 * Math.floor(index / 2) + 2);
    const step = Math.max(...row.map(Math.abs)) / 127;
    const difference = Math.abs(widened["rnn.weight_ih_l0"].data[index] - value);
    expect(difference, `entry ${index}`).toBeLessThanOrEqual(step / 2 + 1e-9);
  }
  expect(Object.keys(widened).sort()).toEqual(["rnn.bias_ih_l0", "rnn.weight_ih_l0"]);
});

test.each([
  ["float32", "F32", 0],
  ["float16", "F16", 2 ** -11],
  ["bfloat16", "BF16", 2 ** -8],
] as const)("%s is within rounding", (precision, dtype, relative) => {
  const stored = written(precision);
  for (const [name, { data }] of Object.entries(tensors)) {
    expect(stored[name].dtype).toBe(dtype);
    for (const [index, value] of data.entries())
      expect(Math.abs(stored[name].data[index] - value)).toBeLessThanOrEqual(
        relative * Math.abs(value) + 1e-7,
      );
  }
});

test("what a precision cannot hold is an error that names the tensor", () => {
  const large = { "a.weight": { shape: [1, 1], data: Float32Array.of(70_000) } };
  expect(() => storedAs(large, "float16")).toThrow('tensor "a.weight" has numbers that float16 cannot hold');
  expect(() => storedAs(large, "bfloat16")).not.toThrow();
  const none = { "a.weight": { shape: [1, 1], data: Float32Array.of(Number.NaN) } };
  for (const precision of ["float16", "bfloat16", "int8"] as const)
    expect(() => storedAs(none, precision)).toThrow("cannot hold");
});
