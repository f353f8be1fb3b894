import { beforeAll, expect, test } from "vitest";
import { modelFile } from "../../test/onnx/build.ts";
import { openOnnx } from "../formats/onnx/graph.ts";
import { GraphModel } from "../models/graph-model.ts";
import { openDevice } from "../tensor/device.ts";

let model: GraphModel;
beforeAll(async () => {
  const file = modelFile({
    inputs: [
      { name: "ids", type: "int64", dims: [1, "T"] },
      { name: "x", type: "float32", dims: ["T"] },
    ],
    nodes: [
      { op: "Identity", inputs: ["ids"], outputs: ["same"] },
      { op: "Identity", inputs: ["x"], outputs: ["y"] },
    ],
    outputs: ["same", "y"],
  });
  model = new GraphModel(openOnnx(await openDevice(), file), async () => ({ "model.onnx": file }));
});

const run = (inputs: Parameters<GraphModel["run"]>[0]) => model.run(inputs);

test("whole numbers may be BigInts, in every form that numbers may have", async () => {
  const forms = [
    BigInt64Array.of(1n, 2n),
    BigUint64Array.of(1n, 2n),
    [1n, 2n],
    [[1n, 2n]] as unknown as number[][],
    [BigInt64Array.of(1n, 2n)] as unknown as number[][],
    { shape: [1, 2], data: BigInt64Array.of(1n, 2n) },
    { shape: [1, 2], data: [1n, 2n] },
  ];
  for (const ids of forms) {
    const { same, y } = await run({ ids, x: BigInt64Array.of(3n, 4n) });
    expect([same.shape, Array.from(same.data), Array.from(y.data)]).toEqual([
      [1, 2],
      [1, 2],
      [3, 4],
    ]);
  }
  expect(Array.from((await run({ ids: 7n, x: [1] })).same.data)).toEqual([7]);
});

test("what is no number, or not exact, is refused by name", async () => {
  await expect(run({ ids: [2n ** 60n], x: [1] })).rejects.toThrow(
    /input "ids" .* was given 1152921504606846976 at entry 0, needed numbers that are exact/,
  );
  await expect(run({ ids: [1], x: ["1"] as unknown as number[] })).rejects.toThrow(
    'input "x" (numbers [T]) was given 1 at entry 0, needed numbers',
  );
  const round: unknown[] = [];
  round.push(round);
  await expect(run({ ids: [1], x: round as number[] })).rejects.toThrow('input "x"');
});
