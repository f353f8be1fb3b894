// ONNX's node tests out of their archive: a model each, with inputs and the outputs that belong to them.
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { gunzipSync } from "node:zlib";
import type { Device } from "unrolled";
import { UnrolledError } from "unrolled";
import type { OnnxValue } from "unrolled/formats/onnx";
import { Allowance } from "../../src/formats/allowance.ts";
import { openOnnx } from "../../src/formats/onnx/graph.ts";
import { MessageReader } from "../../src/formats/onnx/message-reader.ts";
import { readTensor } from "../../src/formats/onnx/tensor-proto.ts";

/** One test: the files of its folder by name. */
export interface NodeTest {
  readonly name: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** How it went: what was refused has the error that says why, what was wrong the first number that is. */
export interface NodeOutcome {
  readonly outcome: "passed" | "refused" | "fails when run" | "wrong";
  readonly why: string;
}

const BLOCK = 512;

/** Reads a tar archive in memory, and gathers its files by the first folder of their path. */
export function readNodeTests(path: string): readonly NodeTest[] {
  const archive = gunzipSync(readFileSync(path));
  const folders = new Map<string, Map<string, Uint8Array>>();
  const text = (start: number, length: number) =>
    archive
      .subarray(start, start + length)
      .toString("latin1")
      .replace(/\0.*$/s, "");
  let longName = "";
  for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12), 8);
    const kind = text(at + 156, 1);
    const prefix = text(at + 345, 155);
    const content = archive.subarray(at + BLOCK, at + BLOCK + size);
    const name = longName || (prefix ? `${prefix}/` : "") + text(at, 100);
    // Names beyond 100 characters stand in a header of their own.
    longName = kind === "x" ? (/ path=(.*)\n/.exec(content.toString("latin1"))?.[1] ?? "") : "";
    if (kind === "0" || kind === "") {
      const [folder, ...rest] = name.replace(/^\.\//, "").split("/");
      if (!folders.has(folder)) folders.set(folder, new Map());
      folders.get(folder)!.set(rest.join("/"), content);
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return [...folders]
    .map(([name, files]) => ({ name, files }))
    .filter(({ files }) => files.has("model.onnx"));
}

function tensorOf(bytes: Uint8Array): OnnxValue {
  return readTensor(new MessageReader(new Allowance("readNodeTests", bytes.length, 2 ** 26), bytes)).value;
}

/** Tests whose numbers are drawn, each library in its own way: here it counts that they are 0 and 1, of the type and shape there. */
const DRAWN = /^test_bernoulli/;

/** A test whose inputs and outputs were written by hand, both rounded to four digits. */
const FOUR_DIGITS = "test_averagepool_2d_ceil_last_window_starts_on_pad";
const FOUR_DIGITS_TOLERANCE = 1e-4;

/** Opens the model, runs each of its sets and compares. */
export function runNodeTest(device: Device, { name: test, files }: NodeTest): NodeOutcome {
  const said = (error: unknown) => {
    if (error instanceof UnrolledError) return error.message;
    throw error;
  };
  let model: ReturnType<typeof openOnnx>;
  try {
    model = openOnnx(device, files.get("model.onnx")!, { maxBytes: 2 ** 26 });
  } catch (error) {
    return { outcome: "refused", why: said(error) };
  }
  const sets = new Set([...files.keys()].flatMap((name) => name.match(/^test_data_set_\d+(?=\/)/) ?? []));
  for (const set of sets) {
    let expected: OnnxValue[];
    let made: Record<string, OnnxValue>;
    try {
      const inputs = model.inputs.map(({ name }, index) => [
        name,
        tensorOf(files.get(`${set}/input_${index}.pb`)!),
      ]);
      expected = model.outputs.map((_, index) => tensorOf(files.get(`${set}/output_${index}.pb`)!));
      made = model.runSync(Object.fromEntries(inputs));
      // The third run of the same shapes is recorded, and the fourth repeats it.
      for (let run = 1; run < 4; run++) {
        const before = made;
        made = model.runSync(Object.fromEntries(inputs));
        if (!DRAWN.test(test) && !isDeepStrictEqual(plain(made), plain(before)))
          return { outcome: "wrong", why: `run ${run}` };
      }
    } catch (error) {
      return { outcome: "fails when run", why: said(error) };
    }
    for (const [index, { name }] of model.outputs.entries()) {
      const asDrawn = ({ type, dims, data }: OnnxValue): OnnxValue =>
        DRAWN.test(test)
          ? { type, dims, data: data.map((each) => (each === 0 || each === 1 ? 0 : each)) }
          : { type, dims, data };
      const tolerance = test === FOUR_DIGITS ? FOUR_DIGITS_TOLERANCE : undefined;
      const why = difference(asDrawn(made[name]), asDrawn(expected[index]), tolerance);
      if (why) return { outcome: "wrong", why: `${name}: ${why}` };
    }
  }
  return { outcome: "passed", why: "" };
}

function plain(values: Readonly<Record<string, OnnxValue>>) {
  return Object.entries(values).map(([name, { type, dims, data }]) => [name, type, dims, data]);
}

/** Halves are computed as float32 here, and rounded at each step there. */
const TOLERANCES: Readonly<Record<string, number>> = { float16: 2e-3, bfloat16: 1e-2 };

function difference(here: OnnxValue, there: OnnxValue, given?: number): string | undefined {
  const described = ({ type, dims }: OnnxValue) => `${type} [${dims.join(", ")}]`;
  if (described(here) !== described(there)) return `${described(here)} here, ${described(there)} there`;
  const tolerance = given ?? TOLERANCES[here.type] ?? (here.type.startsWith("float") ? 1e-5 : 0);
  for (let index = 0; index < there.data.length; index++) {
    const [own, value] = [here.data[index], there.data[index]];
    if (own === value || (Number.isNaN(own) && Number.isNaN(value))) continue;
    if (Math.abs(own - value) <= tolerance * Math.max(1, Math.abs(value))) continue;
    return `[${index}] is ${own} here, ${value} there`;
  }
  return undefined;
}
