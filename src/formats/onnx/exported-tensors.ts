// The weights of a network from the ONNX file that it was written to. Writing moves entries, it does not change them, so the file that the
// same configuration gives for numbered entries says where each of them has gone.
import { UnrolledError } from "../../errors.ts";
import type { StateDict } from "../../module/state-dict.ts";
import type { NetworkConfig } from "../../networks/config.ts";
import { parameterShapes } from "../../networks/parameter-shapes.ts";
import { type GraphProto, type ModelProto, readModelProto } from "./model-proto.ts";
import { writeOnnx } from "./write/write-model.ts";

/** Entries are numbered by halves, tensors by quarters: no constant of a graph is one. Beyond that float32 has no halves. */
const [OF_TENSOR, OF_ENTRY] = [0.25, 0.5];
const MOST_ENTRIES = 2 ** 23;

/**
 * The tensors of the network with this configuration, from the graph that `writeOnnx` has made of it.
 *
 * @param given tensors that the graph does not hold: a CRF's scores
 * @throws UnrolledError "invalid-file" for a graph of another network, or one that was changed
 */
export function exportedTensors(
  call: string,
  config: NetworkConfig,
  { graph: written }: ModelProto,
  given: StateDict = {},
): StateDict {
  const shapes = [...parameterShapes(config)];
  const tensors = Object.fromEntries(
    shapes.map(([name, shape]) => [name, { shape, data: new Float32Array(sizeOf(shape)) }]),
  );
  const numbered = (numberOf: (tensor: number, entry: number) => number) => {
    const coded = shapes.map(([name, shape], tensor) => {
      const data = Float32Array.from({ length: sizeOf(shape) }, (_, entry) => numberOf(tensor, entry));
      return [name, { shape, data }] as const;
    });
    const { graph } = readModelProto(call, writeOnnx({ config, tensors: Object.fromEntries(coded) }));
    return constantsIn(graph);
  };
  if (shapes.some(([, shape]) => sizeOf(shape) >= MOST_ENTRIES))
    throw new UnrolledError("invalid-file", { call, problem: "its tensors are too large to be read back" });
  const [ofTensors, ofEntries] = [
    numbered((tensor) => tensor + OF_TENSOR),
    numbered((_, entry) => entry + OF_ENTRY),
  ];
  const found = constantsIn(written);
  let missing = shapes.reduce((sum, [, shape]) => sum + sizeOf(shape), 0);
  for (const [name, { data }] of Object.entries(given)) {
    if (tensors[name]?.data.length !== data.length) throw changed(call);
    tensors[name].data.set(data as Float32Array);
    missing -= data.length;
  }
  const seen = shapes.map(([, shape]) => new Uint8Array(sizeOf(shape)));
  for (const [name, places] of ofTensors) {
    const [entries, values] = [ofEntries.get(name)!, found.get(name)];
    for (let at = 0; at < places.length; at++) {
      const place = placeOf(Number(places[at]), Number(entries[at]));
      if (!place || !shapes[place.tensor]) continue;
      if (values?.length !== places.length) throw changed(call);
      for (const [each, value] of place.isSum
        ? [Number(values[at]), 0].entries()
        : [[0, Number(values[at])]]) {
        const [own] = shapes[place.tensor + each];
        if (own in given) continue;
        if (seen[place.tensor + each][place.entry] === 0) missing -= 1;
        seen[place.tensor + each][place.entry] = 1;
        tensors[own].data[place.entry] = value;
      }
    }
  }
  if (missing > 0) throw changed(call);
  return tensors;
}

/**
 * Which entry of which tensor has these numbers. Both biases of a cell that only their sum is of use to are written as that: the first
 * then has the sum, and the one behind it nothing.
 */
function placeOf(
  ofTensor: number,
  ofEntry: number,
): { readonly tensor: number; readonly entry: number; readonly isSum: boolean } | undefined {
  const one = { tensor: ofTensor - OF_TENSOR, entry: ofEntry - OF_ENTRY, isSum: false };
  if (Number.isInteger(one.tensor) && Number.isInteger(one.entry)) return one;
  const sum = { tensor: (ofTensor - 1) / 2 - OF_TENSOR, entry: ofEntry / 2 - OF_ENTRY, isSum: true };
  return Number.isInteger(sum.tensor) && Number.isInteger(sum.entry) ? sum : undefined;
}

/** All constants of a graph and of those inside its nodes, by name. */
function constantsIn(graph: GraphProto, inside = ""): Map<string, ArrayLike<number | bigint>> {
  const found = new Map(
    graph.constants.map(({ name, value }): [string, ArrayLike<number | bigint>] => [
      `${inside}${name}`,
      value.data,
    ]),
  );
  for (const { outputs, attributes } of graph.nodes)
    for (const { name, graph: body, tensor } of attributes) {
      const place = `${inside}${outputs[0]}.${name}`;
      if (tensor) found.set(place, tensor.data);
      if (body) for (const [own, data] of constantsIn(body, `${place}/`)) found.set(own, data);
    }
  return found;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function changed(call: string): UnrolledError {
  return new UnrolledError("invalid-file", {
    call,
    problem: "its graph is not the one that its metadata describe: it was changed since it was written",
  });
}
