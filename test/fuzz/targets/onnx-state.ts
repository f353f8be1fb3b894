// The state of a stream through an ONNX model, as bytes.
import { openDevice } from "unrolled";
import { openOnnx } from "../../../src/formats/onnx/graph.ts";
import { modelFile } from "../../onnx/build.ts";
import { random } from "../../onnx/operator-case.ts";
import type { FuzzTarget } from "../fuzz.ts";
import { jsonMutations, numberMutations, truncations, truncationsEverywhere } from "../mutations.ts";

const file = modelFile({
  inputs: [
    { name: "x", type: "float32", dims: ["T", 1, 2] },
    { name: "state", type: "float32", dims: [1, 1, 3] },
  ],
  constants: { W: random([1, 9, 2]), R: random([1, 9, 3]) },
  nodes: [
    { op: "GRU", inputs: ["x", "W", "R", "", "", "state"], outputs: ["y", "stateN"] },
    { op: "GRU", inputs: ["x", "W", "R"], outputs: ["z", ""] },
  ],
  outputs: ["y", { name: "stateN", type: "float32", dims: [1, 1, 3] }, "z"],
});
const session = openOnnx(await openDevice(), file).session();
const step = { x: { dims: [1, 1, 2], data: [1, 2] } };
session.step(step);
const bytes = session.state();
const lengthPlace = bytes.indexOf(10) + 1;
const headerEnd = lengthPlace + 4 + new DataView(bytes.buffer).getUint32(lengthPlace, true);
const header = new TextDecoder().decode(bytes.subarray(lengthPlace + 4, headerEnd));

/** The same numbers after another header. */
function withHeader(text: string): Uint8Array {
  const encoded = new TextEncoder().encode(text);
  const whole = new Uint8Array(lengthPlace + 4 + encoded.length + bytes.length - headerEnd);
  whole.set(bytes.subarray(0, lengthPlace));
  new DataView(whole.buffer).setUint32(lengthPlace, encoded.length, true);
  whole.set(encoded, lengthPlace + 4);
  whole.set(bytes.subarray(headerEnd), lengthPlace + 4 + encoded.length);
  return whole;
}

export const target: FuzzTarget = {
  name: "OnnxStream.restore",
  seeds: [
    {
      name: "a fed and a carried state",
      bytes,
      mutations: [
        ...numberMutations(bytes, [{ offset: lengthPlace, bytes: 4, kind: "length" }]),
        ...jsonMutations(header, withHeader),
        ...truncations([0, lengthPlace, headerEnd, bytes.length]),
        ...truncationsEverywhere(bytes.length),
      ],
    },
  ],
  read: (broken) => {
    session.restore(broken);
    session.step(step);
  },
};
