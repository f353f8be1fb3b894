// The process in which the surface is called: cases from a first seed on, each told before it begins, so that its end is known
// even if it is the process's. Prints a line of JSON for each problem and one at the end.
import { writeSync } from "node:fs";
import { type BackendName, openDevice } from "unrolled";
import { type Pair, runCase } from "./case.ts";
import { patience } from "./patience.ts";

const [first, count, milliseconds, backends, names, told] = process.argv.slice(2);
const GARBAGE_EVERY = 100;

const pair = async (backend: string): Promise<Pair> => [
  await openDevice({ backend: backend as BackendName }),
  await openDevice({ backend: backend as BackendName }),
];
const [one, other] = backends.split(",");
const pairs = [await pair(one), await pair(other)] as const;
const say = (line: object) => writeSync(1, `${JSON.stringify(line)}\n`);
const begins = patience();
const end = performance.now() + Number(milliseconds);
let [made, refused, seed] = [0, 0, Number(first)];
for (; seed < Number(first) + Number(count) && performance.now() < end; seed++) {
  begins();
  say({ seed });
  const before = told === "calls" ? (call: string) => say({ call }) : undefined;
  const { problem, ...counts } = await runCase(seed, pairs, names, before);
  made += counts.made;
  refused += counts.refused;
  if (problem) say({ seed, ...problem });
  // What was collected gives its room back between two tasks.
  if (seed % GARBAGE_EVERY === 0) globalThis.gc?.();
  await new Promise(setImmediate);
}
say({ made, refused, next: seed });
process.exit();
