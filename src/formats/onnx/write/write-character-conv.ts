import type { CharacterConvLayerConfig } from "../../../networks/layers/convolution/character-conv.ts";
import { parameterConstant, type WriteContext, type WrittenValue } from "./write-context.ts";

/** Below anything that a convolution gives. */
const LEAST = -3e38;

/** Vectors [B, T, C, I] and ids [B, T, C] to the largest of each filter [B, T, O]. */
export function writeCharacterConv(
  context: WriteContext,
  layer: string,
  { inputSize, outputSize, kernelSize }: CharacterConvLayerConfig,
  [vectors, ids]: readonly WrittenValue[],
): string {
  const { graph } = context;
  const around = kernelSize - 1;
  const before = Math.floor(around / 2);
  const characters = graph.add("Shape", [ids.name], { start: { int: 2 }, end: { int: 3 } });
  const words = (name: string, ...behind: readonly (string | number)[]) => {
    const lengths = behind.map((each) => (typeof each === "number" ? graph.ints([each]) : each));
    return graph.add("Reshape", [
      name,
      graph.add("Concat", [graph.ints([-1]), ...lengths], { axis: { int: 0 } }),
    ]);
  };
  const there = graph.add("Not", [graph.add("Equal", [ids.name, graph.int(0)])]);
  const marks = graph.add("Cast", [words(there, characters, 1)], { to: { int: 1 } });
  const kept = graph.add("Mul", [words(vectors.name, characters, inputSize), marks]);
  const turned = (name: string) => graph.add("Transpose", [name], { perm: { ints: [0, 2, 1] } });
  const inputs = [turned(kept), ...["weight", "bias"].map((own) => parameterConstant(context, layer, own))];
  const filtered = graph.add("Conv", inputs, {
    kernel_shape: { ints: [kernelSize] },
    pads: { ints: [before, around - before] },
  });
  // A word without characters keeps the first place.
  const first = graph.add("Equal", [
    graph.add("Range", [graph.int(0), graph.add("Squeeze", [characters]), graph.int(1)]),
    graph.int(0),
  ]);
  const counts = graph.add("Or", [words(there, 1, characters), first]);
  const largest = graph.add("GlobalMaxPool", [graph.add("Where", [counts, filtered, graph.float(LEAST)])]);
  const lengths = graph.add("Shape", [ids.name], { start: { int: 0 }, end: { int: 2 } });
  return graph.add("Reshape", [
    largest,
    graph.add("Concat", [lengths, graph.ints([outputSize])], { axis: { int: 0 } }),
  ]);
}
