// Writes down melodies that it hears, without being told when a note was played: a bidirectional LSTM over mel filter banks, learned by CTC.
import { AdamW, Generator, openDevice, tensor } from "unrolled";
import { FrontEnd } from "unrolled/audio";
import { ctcBestPath } from "unrolled/decode";
import * as nn from "unrolled/nn";
import { trainingStep } from "unrolled/optim";

const [NOTES, RATE, BATCH, F] = ["cdefg", 8000, 16, 20];
const [random, device] = [new Generator(1), await openDevice({ seed: 1 })];
const frontEnd = new FrontEnd({ kind: "fbank", filters: F, sampleRateHz: RATE, windowMs: 32, hopMs: 20 });
/** One to five notes of any length, a little silence between them, and the frames that they make. */
const melody = () => {
  const notes = Array.from({ length: 1 + random.integer(5) }, () => random.integer(NOTES.length));
  const sound = notes.flatMap((note) => [
    ...Array.from({ length: 600 + random.integer(1000) }, (_, t) =>
      Math.sin((t * (300 + 250 * note)) / 1273),
    ),
    ...Array.from({ length: 300 }, () => 0.01 * random.uniformBetween(-1, 1)),
  ]);
  return { notes, ...frontEnd.frames({ sampleRateHz: RATE, channels: [Float32Array.from(sound)] }) };
};
const lstm = new nn.LSTM(device, { inputSize: F, hiddenSize: 24, direction: "bidirectional" });
const decoder = new nn.Linear(device, { inputSize: 48, outputSize: NOTES.length + 1 });
/** Logits [T, B, V] of melodies; the last class is the blank. */
const logitsOf = (melodies: readonly ReturnType<typeof melody>[]) => {
  const lengths = melodies.map(({ values }) => values.length / F);
  const [T, B] = [Math.max(...lengths), melodies.length];
  const xs = new Float32Array(T * B * F);
  for (const [b, { values }] of melodies.entries())
    for (let at = 0; at < values.length; at++)
      xs[(Math.floor(at / F) * B + b) * F + (at % F)] = (values[at] - 14) / 5;
  return {
    lengths,
    logits: decoder.forward(lstm.forward(tensor(device, xs, [T, B, F]), { lengths }).outputs),
  };
};
const optimiser = new AdamW([...lstm.parameters(), ...decoder.parameters()], { learningRate: 0.02 });
for (let step = 1; step <= Number(process.argv[2] ?? 250); step++) {
  const heard = Array.from({ length: BATCH }, melody);
  trainingStep(optimiser, () => {
    const { logits, lengths } = logitsOf(heard);
    const targets = heard.map(({ notes }) => notes);
    const loss = nn.ctcLoss(logits, targets, { inputLengths: lengths, blank: NOTES.length });
    return { loss, found: () => undefined };
  });
}
const names = (notes: readonly number[]) => notes.map((note) => NOTES[note]).join("");
for (const heard of Array.from({ length: 5 }, melody)) {
  const logits = await device.scope(() => logitsOf([heard]).logits).toArray();
  const { tokenIds } = ctcBestPath(logits as Float32Array, {
    vocabularySize: NOTES.length + 1,
    blank: NOTES.length,
  });
  console.log(`played ${names(heard.notes)}, heard ${names(tokenIds)}`);
}
