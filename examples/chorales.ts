// Bach's chorales, note by note: an LSTM says which of 88 keys sound next. Nats a frame, as the literature measures it.
//   npm run example examples/chorales.ts FILE    jsb-chorales-quarter.json: lists of MIDI pitches
import { readFileSync } from "node:fs";
import { binaryCrossEntropy, fit, measure, openDevice, sequential, type Tensor } from "unrolled";
import { scaled } from "unrolled/tensor";
import { progressLine } from "unrolled/training";

const [file, epochs = "12"] = process.argv.slice(2);
const KEYS = 88;
type Chorale = readonly (readonly number[])[];
const parts = JSON.parse(readFileSync(file, "utf8")) as Record<"train" | "valid" | "test", Chorale[]>;
const frames = (chorale: Chorale) =>
  chorale.map((pitches) => Array.from({ length: KEYS }, (_, key) => (pitches.includes(key + 21) ? 1 : 0)));
/** Sixteen frames and those that follow each of them. */
const pieces = (chorales: readonly Chorale[]) =>
  chorales.flatMap((chorale) => {
    const all = frames(chorale);
    const starts = Array.from({ length: Math.floor((all.length - 1) / 16) }, (_, piece) => piece * 16);
    return starts.map((at) => ({ inputs: all.slice(at, at + 16), targets: all.slice(at + 1, at + 17) }));
  });

const model = sequential(await openDevice({ seed: 1 }), [
  { kind: "lstm", inputSize: KEYS, hiddenSize: 128 },
  { kind: "dropout", probability: 0.3 },
  { kind: "linear", outputSize: KEYS },
]);
/** Summed over the keys of a frame: what is left to say about it. */
const loss = (outputs: Tensor, targets: Tensor) => scaled(binaryCrossEntropy(outputs, targets), KEYS);
const kinds = { inputs: "float", targets: "float" } as const;
const learning = { data: pieces(parts.train), validation: pieces(parts.valid), loss, kinds };
for await (const event of fit(model, { ...learning, epochs: Number(epochs), learningRate: 0.003 })) {
  const line = progressLine(event);
  if (line && !line.passes) console.log(line.text);
}
const found = await measure(model, { data: pieces(parts.test), loss, kinds });
console.log(`test: ${found.loss.toFixed(2)} nats a frame`);
