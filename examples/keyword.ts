// A keyword spotter in small: does a tone rise or fall? It is trained on synthesised recordings, and then listens to one as it comes.
import { Generator, openModel, train } from "unrolled";
import type { Sound } from "unrolled/audio";

const RATE = 8000;
const generator = new Generator(3);

function sweep(label: "rise" | "fall"): Sound {
  const [from, to] = label === "rise" ? [300, 900] : [900, 300];
  let phase = 0;
  const samples = Float32Array.from({ length: 0.5 * RATE }, (_, at) => {
    phase += (2 * Math.PI * (from + ((to - from) * at) / (0.5 * RATE))) / RATE;
    return 0.3 * Math.sin(phase) + 0.05 * generator.normal();
  });
  return { sampleRateHz: RATE, channels: [samples] };
}

const recordings = Array.from({ length: 80 }, (_, at) => {
  const label = at % 2 === 0 ? "rise" : "fall";
  return { label, sound: sweep(label) };
});
const settings = {
  ...{ audio: true, filters: 20, hiddenSize: 16, bidirectional: false, dropout: 0 },
  ...{ learningRate: 0.01, budget: { epochs: 10 }, threads: 1 },
};
for await (const event of train({ task: "classify", data: { train: recordings }, settings })) {
  if (event.type === "end") console.log(`held out: ${(event.evaluation as { accuracy: number }).accuracy}`);
  if (event.type !== "model") continue;
  const model = await openModel(event.files, { task: "classify" });
  const listening = model.listen();
  const [samples] = sweep("fall").channels;
  let said = "";
  for (let at = 0; at < samples.length; at += 800)
    for (const { label, seconds } of listening.push(samples.subarray(at, at + 800)) as {
      label: string;
      seconds: number;
    }[])
      said = `after ${seconds.toFixed(2)} s: ${label}`;
  console.log(said);
}
