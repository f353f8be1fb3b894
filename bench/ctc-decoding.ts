// What a beam search over the outputs of a CTC network costs for each second of sound: V 30 classes, 100 steps a second and 33, a sequence of
// 20 seconds of which most steps are blanks and a few hesitate between letters, as networks say it. Medians.
//   npx tsx bench/ctc-decoding.ts
import { Generator } from "unrolled";
import { ctcBeamSearch, ctcBestPath, type PrefixScorer, wordScorer } from "unrolled/decode";

const [V, SECONDS, ROUNDS] = [30, 20, 9];
const tokens = ["", " ", ..."abcdefghijklmnopqrstuvwxyz'-"];
const generator = new Generator(1);

/** Words of two to nine letters, the same ones again and again. */
const lexicon = Array.from({ length: 2000 }, () =>
  Array.from({ length: 2 + generator.integer(8) }, () => tokens[2 + generator.integer(26)]).join(""),
);

/** Logits of T steps that say words of the lexicon, a letter in about three steps of ten. */
function logitsOf(steps: number): Float32Array {
  const text = Array.from({ length: steps }, () => `${lexicon[generator.integer(lexicon.length)]} `).join("");
  const logits = new Float32Array(steps * V);
  for (let t = 0, letter = 0; t < steps; t++) {
    const isLetter = generator.uniform() < 0.3;
    for (let v = 0; v < V; v++) logits[t * V + v] = generator.uniformBetween(-3, 3);
    logits[t * V + (isLetter ? tokens.indexOf(text[letter++]) : 0)] += generator.uniformBetween(4, 12);
  }
  return logits;
}

const options = { vocabularySize: V, blank: 0 };
const scorers = [wordScorer({ tokens, lexicon }) as PrefixScorer];
const ways: Record<string, (logits: Float32Array) => unknown> = {
  "best path": (logits) => ctcBestPath(logits, options),
  "beam 8": (logits) => ctcBeamSearch(logits, { ...options, beamWidth: 8 }),
  "beam 32": (logits) => ctcBeamSearch(logits, { ...options, beamWidth: 32 }),
  "beam 32, every token tried": (logits) =>
    ctcBeamSearch(logits, { ...options, beamWidth: 32, leastProbability: 0 }),
  "beam 32, a lexicon of 2000 words": (logits) =>
    ctcBeamSearch(logits, { ...options, beamWidth: 32, scorers }),
  "beam 100": (logits) => ctcBeamSearch(logits, { ...options, beamWidth: 100 }),
};
for (const rate of [100, 33]) {
  const logits = logitsOf(rate * SECONDS);
  const times = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  for (let round = 0; round <= ROUNDS; round++)
    for (const [name, run] of Object.entries(ways)) {
      const start = performance.now();
      run(logits);
      // The first round warms up.
      if (round > 0) times.get(name)!.push(performance.now() - start);
    }
  console.log(`${rate} steps a second:`);
  for (const [name, all] of times) {
    const median = all.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
    console.log(`  ${name}: ${(median / SECONDS).toFixed(2)} ms for a second of sound`);
  }
}
