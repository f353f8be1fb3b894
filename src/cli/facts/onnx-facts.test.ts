import { expect, it } from "vitest";
import { modelFile, type TestGraph, type TestNode } from "../../../test/onnx/build.ts";
import { floats, typed } from "../../../test/onnx/operator-case.ts";
import { onnxFacts } from "./onnx-facts.ts";

const node = (
  op: string,
  inputs: string[],
  outputs: string[],
  attributes: TestNode["attributes"] = {},
): TestNode => ({ op, inputs, outputs, attributes });

const zeros = (...dims: number[]) => floats(dims, ...new Array(dims.reduce((a, b) => a * b, 1)).fill(0));

it("counts weights that lie in the branches of an If, as initialisers or as constants", async () => {
  const lstm = (name: string): { g: TestGraph } => ({
    g: {
      inputs: [],
      constants: { [`W${name}`]: zeros(1, 8, 3) },
      nodes: [
        node("Constant", [], [`R${name}`], { value: { t: zeros(1, 8, 2) } }),
        node("Constant", [], [`one${name}`], { value: { t: typed("float32", [], 1) } }),
        node("LSTM", ["x", `W${name}`, `R${name}`], [`y${name}`], { hidden_size: { i: 2 } }),
      ],
      outputs: [`y${name}`],
    },
  });
  const bytes = modelFile(
    {
      inputs: [
        { name: "x", type: "float32", dims: [4, 1, 3] },
        { name: "choice", type: "bool", dims: [] },
      ],
      constants: { bias: zeros(5) },
      nodes: [
        node("Identity", ["bias"], ["b"]),
        node("If", ["choice"], ["y"], { then_branch: lstm("a"), else_branch: lstm("b") }),
      ],
      outputs: ["y", "b"],
    },
    17,
  );
  const place = { path: undefined, read: async () => undefined } as never;
  const facts = await onnxFacts({ format: "onnx", bytes, place }, {});
  expect(facts.problem).toBeUndefined();
  expect(facts.parameters).toBe(5 + 2 * (24 + 16));
  expect(facts.tensors.map(({ name, shape }) => `${name} ${shape}`).sort()).toEqual(
    ["Ra 1,8,2", "Rb 1,8,2", "Wa 1,8,3", "Wb 1,8,3", "bias 5"].sort(),
  );
  expect(facts.recurrent).toHaveLength(2);
});
