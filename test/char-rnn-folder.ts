// A folder as ml5's charRNN has it: two BasicLSTMCells over five characters, of drawn weights.
import { Generator } from "unrolled";

export const CHARACTERS = ["\n", " ", "a", "b", "c"];
export const [VOCABULARY, HIDDEN] = [CHARACTERS.length, 3];
const generator = new Generator(9);
const draw = (...shape: number[]) => {
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, data: Float32Array.from(generator.evenly(size, 1)!) };
};
export const CELLS = [0, 1].map((cell) => `rnnlm/multi_rnn_cell/cell_${cell}/basic_lstm_cell`);
export const VARIABLES = {
  [`${CELLS[0]}/kernel`]: draw(2 * HIDDEN, 4 * HIDDEN),
  [`${CELLS[0]}/bias`]: draw(4 * HIDDEN),
  [`${CELLS[1]}/kernel`]: draw(2 * HIDDEN, 4 * HIDDEN),
  [`${CELLS[1]}/bias`]: draw(4 * HIDDEN),
  "rnnlm/embedding": draw(VOCABULARY, HIDDEN),
  "rnnlm/softmax_w": draw(HIDDEN, VOCABULARY),
  "rnnlm/softmax_b": draw(VOCABULARY),
  Variable: draw(),
};

/** The files of its folder, as ml5 loads them. */
export function charRNNFolder(
  vocabulary: object = Object.fromEntries(CHARACTERS.map((one, id) => [one, id])),
): Record<string, Uint8Array> {
  const encode = (value: object) => new TextEncoder().encode(JSON.stringify(value));
  const files: Record<string, Uint8Array> = { "vocab.json": encode(vocabulary) };
  const manifest: Record<string, object> = {};
  for (const [name, { shape, data }] of Object.entries(VARIABLES)) {
    const filename = name.replaceAll("/", "_");
    manifest[name] = { filename, shape };
    files[filename] = new Uint8Array(data.buffer.slice(0));
  }
  return { ...files, "manifest.json": encode(manifest) };
}
