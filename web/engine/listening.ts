// Answers about a sound: what a network that reads samples says of each chunk of it, and what it keeps from one to the next.
import { type ModelFiles, openModel, type Session, UnrolledError } from "unrolled";
import { type Answers, breathe } from "./answers.ts";
import { engineDevice } from "./models.ts";
import type { Heard } from "./protocol.ts";

/** As Silero's detector reads sound (github.com/snakers4/silero-vad): so many new samples, behind so many of those before. */
export const SAMPLE_RATE_HZ = 16_000;
const [CHUNK, CONTEXT] = [512, 64];
const STEPS_AT_ONCE = 16;

export const listeningAnswers: Answers<"listen"> = {
  async listen({ files, samples }, { signal, tell }) {
    const { session, name } = await detectorOf(files);
    const steps = Math.floor(samples.length / CHUNK);
    if (steps === 0) throw refusal(`the sound is shorter than one chunk of ${CHUNK} samples`);
    const said = new Float32Array(steps);
    const states: { name: string; values: Float32Array; units: number }[] = [];
    for (let step = 0; step < steps; step++) {
      const input = new Float32Array(CONTEXT + CHUNK);
      const from = step * CHUNK - CONTEXT;
      input.set(samples.subarray(Math.max(0, from), from + input.length), Math.max(0, -from));
      const outputs = session.step({ input: [input], ...(readsRate(session) ? { sr: SAMPLE_RATE_HZ } : {}) });
      for (const [output, { data, shape }] of Object.entries(outputs)) {
        if (data.length === 1) said[step] = Number(data[0]);
        else keepState(states, output, shape, data, step, steps);
      }
      if (step % STEPS_AT_ONCE > 0) continue;
      tell(step / steps);
      await breathe();
      signal.throwIfAborted();
    }
    return { name, said, states, chunkSeconds: CHUNK / SAMPLE_RATE_HZ } satisfies Heard;
  },
};

const refusal = (problem: string) => new UnrolledError("invalid-file", { call: "explorer", problem });

/** A model that reads samples: an ONNX graph with "input", and the rate "sr" if it wants it, which feeds its own state. */
async function detectorOf(files: readonly { readonly name: string; readonly bytes: Uint8Array }[]) {
  const file = files.find(({ name }) => /\.onnx$/i.test(name));
  if (!file)
    throw refusal(
      "There is no detector among these files. This view opens an ONNX graph that reads samples, such as Silero's voice-activity detector, and a sound.",
    );
  const named: ModelFiles = Object.fromEntries(files.map(({ name, bytes }) => [name, bytes]));
  const model = await openModel(file.bytes, {
    device: await engineDevice("all"),
    read: async (name) => named[name],
  });
  const session = model.session();
  const wanted = session.inputs.map(({ name }) => name);
  if (!wanted.includes("input") || wanted.some((name) => name !== "input" && name !== "sr"))
    throw refusal(
      `The graph in ${file.name} reads ${wanted.join(", ")}. This view shows graphs that read samples as "input", and their rate as "sr", as Silero's detector does.`,
    );
  return { session, name: file.name };
}

function readsRate({ inputs }: Session): boolean {
  return inputs.some(({ name }) => name === "sr");
}

/** A state of several layers or of h and c is a matrix over time for each of its rows. */
function keepState(
  states: { name: string; values: Float32Array; units: number }[],
  output: string,
  shape: readonly number[],
  data: ArrayLike<number>,
  step: number,
  steps: number,
): void {
  const rows = shape.length > 1 ? shape[0] : 1;
  const units = data.length / rows;
  for (let row = 0; row < rows; row++) {
    const name = rows > 1 ? `${output}[${row}]` : output;
    let state = states.find((each) => each.name === name);
    if (!state) {
      state = { name, units, values: new Float32Array(steps * units) };
      states.push(state);
    }
    for (let unit = 0; unit < units; unit++) state.values[step * units + unit] = data[row * units + unit];
  }
}
