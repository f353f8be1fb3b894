// How many times faster than real time Silero's voice-activity detector reads a minute of sound, on one thread: rebuilt from its
// weights, and from its ONNX file as it is. Both examples run as they are; what is measured lies between their first line and their last.
//   node bench/voice-activity.mjs [folder with the detector and test.wav]
import { register } from "tsx/esm/api";

const ROUNDS = 5;
const CHUNK_SECONDS = 512 / 16_000;

register({ tsconfig: new URL("../examples/tsconfig.json", import.meta.url).pathname });
const folder = process.argv[2];
process.argv.splice(2, process.argv.length, ...(folder === undefined ? [] : [folder]));

/** Runs an example once, and gives seconds of sound for each second on the clock, and for each of the processor. */
async function round(name, number) {
  const { log } = console;
  let lines = 0;
  let clock = 0;
  let processor;
  console.log = () => {
    if (lines++ > 0) return;
    clock = performance.now();
    processor = process.cpuUsage();
  };
  try {
    await import(new URL(`../examples/${name}.ts?round=${number}`, import.meta.url));
  } finally {
    console.log = log;
  }
  const seconds = (performance.now() - clock) / 1000;
  const { user, system } = process.cpuUsage(processor);
  const sound = (lines - 1) * CHUNK_SECONDS;
  return { clock: sound / seconds, processor: sound / ((user + system) / 1e6) };
}

const median = (numbers) => numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)];

for (const name of ["voice-activity", "voice-activity-onnx"]) {
  const rounds = [];
  for (let number = 0; number < ROUNDS; number++) rounds.push(await round(name, number));
  const times = (measure) => `${Math.round(median(rounds.map((each) => each[measure])))} ×`;
  console.log(
    `${name.padEnd(20)} ${times("clock")} real time by the clock, ${times("processor")} by processor time (median of ${ROUNDS})`,
  );
}
