// One operator run here and in onnxruntime-node, on one table of cases.
import { InferenceSession, Tensor as OnnxTensor } from "onnxruntime-node";
import { type Device, Generator, UnrolledError } from "unrolled";
import type { OnnxValue } from "unrolled/formats/onnx";
import { expect } from "vitest";
import { TYPES } from "../../src/formats/onnx/data-types.ts";
import { openOnnx } from "../../src/formats/onnx/graph.ts";
import { modelFile, type Numbers, type TestAttribute, type TestNode } from "./build.ts";

/** A node by itself: its inputs (null is left out), attributes and how many outputs it has. */
export interface OperatorCase {
  readonly name: string;
  readonly op: string;
  readonly domain?: string;
  readonly opset?: number;
  readonly attributes?: Readonly<Record<string, TestAttribute>>;
  readonly inputs: readonly (Numbers | null)[];
  readonly outputs?: number;
  /** Outputs that are left out. */
  readonly without?: readonly number[];
  /** Constants of the graph that subgraphs of the node see. */
  readonly around?: Readonly<Record<string, Numbers>>;
  /** How far numbers may differ, relative to their size beyond 1; 1e-5 if not given. */
  readonly tolerance?: number;
}

const generator = new Generator(17);

export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((size, length) => size * length, 1);
}

/** Random numbers between ±`limit`. */
export function random(dims: readonly number[], limit = 2): Numbers {
  const data = sizeOf(dims) === 0 ? [] : Array.from(generator.evenly(sizeOf(dims), limit)!);
  return { type: "float32", dims, data };
}

export function floats(dims: readonly number[], ...data: readonly number[]): Numbers {
  return { type: "float32", dims, data };
}

export function wholes(dims: readonly number[], ...data: readonly number[]): Numbers {
  return { type: "int64", dims, data };
}

/** A list of whole numbers. */
export function list(...data: readonly number[]): Numbers {
  return wholes([data.length], ...data);
}

export function typed(type: Numbers["type"], dims: readonly number[], ...data: readonly number[]): Numbers {
  return { type, dims, data };
}

const inputName = (index: number) => `in${index}`;

/** The case as a file in which the inputs from `firstConstant` on are constants of the graph. */
export function caseFile(own: OperatorCase, firstConstant: number): Uint8Array {
  const { op, domain, attributes, inputs, outputs = 1, without = [], around = {}, opset } = own;
  const node: TestNode = {
    op,
    name: "it",
    ...(domain === undefined ? {} : { domain }),
    ...(attributes ? { attributes } : {}),
    inputs: inputs.map((input, index) => (input ? inputName(index) : "")),
    outputs: Array.from({ length: outputs }, (_, index) => (without.includes(index) ? "" : `out${index}`)),
  };
  const given = inputs.flatMap((input, index) =>
    input ? [{ ...input, name: inputName(index), index }] : [],
  );
  return modelFile(
    {
      nodes: [node],
      // Without lengths, so that nothing is known of shapes before the run.
      inputs: given
        .filter(({ index }) => index < firstConstant)
        .map(({ name, type, dims }) => ({ name, type, dims: dims.map((_, axis) => `${name}_${axis}`) })),
      constants: {
        ...around,
        ...Object.fromEntries(
          given.filter(({ index }) => index >= firstConstant).map(({ name, ...value }) => [name, value]),
        ),
      },
      outputs: node.outputs.filter((name) => name !== ""),
    },
    opset,
  );
}

/** Runs it there and on each device, once with all inputs fed and once with all but the first as constants, and compares. */
export async function expectSameAsRuntime(devices: readonly Device[], own: OperatorCase): Promise<void> {
  for (const firstConstant of [Number.POSITIVE_INFINITY, 1]) {
    const file = caseFile(own, firstConstant);
    const feeds = Object.fromEntries(
      own.inputs.flatMap((input, index) =>
        input && index < firstConstant ? [[inputName(index), input] as const] : [],
      ),
    );
    const theirs = await runtimeOutputs(file, feeds);
    for (const device of devices) {
      const model = openOnnx(device, file);
      expectSame(model.runSync(feeds), theirs, own.tolerance);
      // A second run of the same shapes takes another way.
      expectSame(model.runSync(feeds), theirs, own.tolerance);
      expectReplayed(device, file, feeds);
    }
  }
}

/** The third run of the same shapes is recorded and then repeated: with other numbers it gives a first run's bits. */
function expectReplayed(device: Device, file: Uint8Array, feeds: Readonly<Record<string, Numbers>>): void {
  const model = openOnnx(device, file);
  for (let run = 0; run < 3; run++) model.runSync(feeds);
  const others = Object.fromEntries(
    Object.entries(feeds).map(([name, { type, dims, data }]) => {
      return [name, { type, dims, data: type === "float32" ? data.map((entry) => entry / 2) : data }];
    }),
  );
  const outcome = (graph: typeof model) => {
    try {
      return graph.runSync(others);
    } catch (error) {
      // Half of an input may be none.
      if (error instanceof UnrolledError) return error.message;
      throw error;
    }
  };
  expect(outcome(model)).toEqual(outcome(openOnnx(device, file)));
}

/** What onnxruntime-node makes of a file. */
export async function runtimeOutputs(
  file: Uint8Array,
  feeds: Readonly<Record<string, Numbers>>,
): Promise<Record<string, Numbers>> {
  const session = await InferenceSession.create(file, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionProviders: ["cpu"],
    graphOptimizationLevel: "disabled",
    logSeverityLevel: 4,
  });
  try {
    const results = await session.run(
      Object.fromEntries(Object.entries(feeds).map(([name, value]) => [name, toTheirs(value)])),
    );
    return Object.fromEntries(
      Object.entries(results).map(([name, { type, dims, data }]) => [
        name,
        {
          type: (type === ("double" as string) ? "float64" : type) as Numbers["type"],
          dims,
          data: Array.from(data as Iterable<number | bigint>, Number),
        },
      ]),
    );
  } finally {
    await session.release();
  }
}

function toTheirs({ type, dims, data }: Numbers): OnnxTensor {
  if (type === "int64") return new OnnxTensor("int64", BigInt64Array.from(data, BigInt), [...dims]);
  if (type === "uint64") return new OnnxTensor("uint64", BigUint64Array.from(data, BigInt), [...dims]);
  const entries = TYPES[type].make(data.length);
  entries.set(data);
  return new OnnxTensor(type as "float32", entries as Float32Array, [...dims]);
}

export function expectSame(
  ours: Readonly<Record<string, OnnxValue>>,
  theirs: Readonly<Record<string, Numbers>>,
  tolerance = 1e-5,
): void {
  expect(Object.keys(ours)).toEqual(Object.keys(theirs));
  for (const [name, there] of Object.entries(theirs)) {
    const here = ours[name];
    expect([name, here.type, here.dims]).toEqual([name, there.type, there.dims]);
    expect(here.data.length).toBe(there.data.length);
    there.data.forEach((value, index) => {
      const own = here.data[index];
      if (Object.is(own, value) || own === value) return;
      const difference = Math.abs(own - value) / Math.max(1, Math.abs(value));
      expect(difference, `${name}[${index}]: ${own} here, ${value} there`).toBeLessThanOrEqual(tolerance);
    });
  }
}
