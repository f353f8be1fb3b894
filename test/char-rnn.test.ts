// Models of ml5's charRNN open as the language models that they are; the reference is BasicLSTMCell's equation, written out in float64.
import { openDevice, openModel } from "unrolled";
import { expect, test } from "vitest";
import { CELLS, charRNNFolder, HIDDEN, VARIABLES, VOCABULARY } from "./char-rnn-folder.ts";

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** Logits after each id. */
function expected(ids: readonly number[]): number[][] {
  const states = CELLS.map(() => ({
    h: new Array<number>(HIDDEN).fill(0),
    c: new Array<number>(HIDDEN).fill(0),
  }));
  return ids.map((id) => {
    const table = VARIABLES["rnnlm/embedding"].data;
    let x = Array.from({ length: HIDDEN }, (_, at) => table[id * HIDDEN + at]);
    for (const [cell, name] of CELLS.entries()) {
      const state = states[cell];
      const [kernel, bias] = [VARIABLES[`${name}/kernel`].data, VARIABLES[`${name}/bias`].data];
      const both = [...x, ...state.h];
      const gates = Array.from({ length: 4 * HIDDEN }, (_, column) =>
        both.reduce((sum, value, row) => sum + value * kernel[row * 4 * HIDDEN + column], bias[column]),
      );
      const gate = (which: number, at: number) => gates[which * HIDDEN + at];
      state.c = state.c.map(
        (c, at) => c * sigmoid(gate(2, at) + 1) + sigmoid(gate(0, at)) * Math.tanh(gate(1, at)),
      );
      state.h = state.c.map((c, at) => Math.tanh(c) * sigmoid(gate(3, at)));
      x = state.h;
    }
    const [weight, offset] = [VARIABLES["rnnlm/softmax_w"].data, VARIABLES["rnnlm/softmax_b"].data];
    return Array.from({ length: VOCABULARY }, (_, column) =>
      x.reduce((sum, value, row) => sum + value * weight[row * VOCABULARY + column], offset[column]),
    );
  });
}

test("a folder with vocab.json is a language model over its characters", async () => {
  const model = await openModel(charRNNFolder(), { device: await openDevice(), task: "language" });
  const ids = [...model.tokenizer.encode("ab c")];
  expect(ids.map((id) => model.tokenizer.token(id))).toEqual(["a", "b", " ", "c"]);
  const { logits } = await model.run({ ids: [ids] });
  expect(logits.shape).toEqual([1, 4, VOCABULARY + 1]);
  const wanted = expected(ids.map((id) => id - 1));
  for (const [t, row] of wanted.entries())
    for (const [at, value] of row.entries())
      expect(logits.data[t * (VOCABULARY + 1) + at + 1], `logit ${at} of step ${t}`).toBeCloseTo(value, 5);
  const { tokens } = await model.predict("ab");
  expect(tokens.find(({ token }) => token === "<unk>")?.probability ?? 0).toBe(0);
});

test("with words instead of characters, or without vocab.json, it is a network over ids", async () => {
  const device = await openDevice();
  const { "vocab.json": _, ...others } = charRNNFolder();
  for (const files of [charRNNFolder({ the: 0, a: 1, b: 2, c: 3, d: 4 }), others]) {
    const model = await openModel(files, { device });
    expect(model.format).toBe("basic-lstm");
    expect(model.inputs).toMatchObject([{ name: "ids", axes: ["B", "T"], kind: "int" }]);
    const { output } = await model.run({ ids: [[2, 3]] });
    const wanted = expected([2, 3]).flat();
    for (const [at, value] of wanted.entries()) expect(output.data[at]).toBeCloseTo(value, 5);
  }
});

test("a manifest that leads elsewhere, or whose files do not fit, is refused", async () => {
  const files = charRNNFolder();
  const manifest = (name: string, shape: readonly number[]) =>
    new TextEncoder().encode(JSON.stringify({ kernel: { filename: name, shape } }));
  await expect(openModel({ ...files, "manifest.json": manifest("../secret", [1]) })).rejects.toThrow(
    'variable "kernel" is in "../secret", needed a plain name of a file',
  );
  await expect(openModel({ ...files, "manifest.json": manifest("Variable", [2 ** 40]) })).rejects.toThrow(
    'needs 4398046511104 bytes, "Variable" has 4',
  );
});
