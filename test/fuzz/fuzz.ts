// The fuzzer of file readers: each is given files broken in every place that its structure names, one at a time and several
// together, and must give a result or an UnrolledError, soon and in little memory. What one run does depends on its seed alone.
import { Generator, UnrolledError } from "unrolled";

/** One way to break a file. It may be given a file that others have broken already. */
export interface Mutation {
  /** For people: "length at byte 8 is 2^31". */
  readonly what: string;
  apply(bytes: Uint8Array): Uint8Array;
}

/** A whole file and the ways to break it. */
export interface FuzzSeed {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly mutations: readonly Mutation[];
}

/** A reader on trial. A file in test/fuzz/targets/ exports one as `target`, and is then found by the tests and the long run. */
export interface FuzzTarget {
  readonly name: string;
  readonly seeds: readonly FuzzSeed[];
  read(bytes: Uint8Array): unknown;
  /** Cases in a short run, about half of them mutations by themselves; 1,000 if not given. */
  readonly cases?: number;
  /** What reading one file may add to memory; 32 MiB if not given. */
  readonly growthBytes?: number;
}

/** A file on which a reader did what it must not. */
export interface FuzzFailure {
  readonly what: string;
  readonly problem: string;
  readonly bytes: Uint8Array;
}

export interface FuzzReport {
  readonly cases: number;
  /** How many files were read, and how many refused. */
  readonly accepted: number;
  readonly refused: number;
  /** The first few. */
  readonly failures: readonly FuzzFailure[];
  /** How much larger the process has been than before it began. */
  readonly peakGrowthBytes: number;
}

export interface FuzzOptions {
  readonly seed: number;
  /** How long to go on after each mutation has been tried by itself; so many cases as the target says if not given. */
  readonly milliseconds?: number;
  /** Is given each file before it is read. */
  readonly before?: (bytes: Uint8Array, what: string) => void;
}

const FAILURES_KEPT = 5;
/** Of the processor: a machine that does other things too makes no reader slow. */
const MAX_CASE_MS = 5_000;
const DEFAULT_CASES = 1_000;
const DEFAULT_GROWTH_BYTES = 32 << 20;

/** Tries a reader on its seeds, on each of them broken in each way, and on files broken in several ways. */
export async function fuzz(target: FuzzTarget, options: FuzzOptions): Promise<FuzzReport> {
  const generator = new Generator(options.seed);
  const failures: FuzzFailure[] = [];
  let accepted = 0;
  let refused = 0;
  const rssBefore = process.resourceUsage().maxRSS;

  const check = async (bytes: Uint8Array, what: string, isWhole = false) => {
    options.before?.(bytes, what);
    const outcome = await outcomeOf(target, bytes);
    if (outcome === "accepted") accepted++;
    else if (outcome === "refused" && !isWhole) refused++;
    else if (failures.length < FAILURES_KEPT) {
      failures.push({ what, bytes, problem: outcome === "refused" ? "a whole file is refused" : outcome });
    }
  };

  for (const { name, bytes } of target.seeds) await check(bytes, `${name}, whole`, true);
  const { milliseconds, cases = target.cases ?? DEFAULT_CASES } = { ...target, ...options };
  const alone = target.seeds.flatMap((seed) => seed.mutations.map((mutation) => ({ ...seed, mutation })));
  const every = milliseconds === undefined ? Math.ceil((2 * alone.length) / cases) : 1;
  for (let index = generator.integer(every); index < alone.length; index += every) {
    const { name, bytes, mutation } = alone[index];
    await check(mutation.apply(bytes), `${name}: ${mutation.what}`);
  }
  const end = milliseconds === undefined ? Number.POSITIVE_INFINITY : performance.now() + milliseconds;
  const isOver = () => (milliseconds === undefined ? accepted + refused >= cases : performance.now() >= end);
  while (!isOver() && failures.length < FAILURES_KEPT) {
    const { bytes, what } = brokenSeveralTimes(target, generator);
    await check(bytes, what);
  }
  return {
    cases: accepted + refused + failures.length,
    accepted,
    refused,
    failures,
    peakGrowthBytes: (process.resourceUsage().maxRSS - rssBefore) * 1024,
  };
}

/** "accepted", "refused", or what was wrong with how the file was treated. */
async function outcomeOf(target: FuzzTarget, bytes: Uint8Array): Promise<string> {
  const memoryBefore = memoryInUse();
  const start = process.cpuUsage();
  let outcome = "accepted";
  try {
    await target.read(bytes);
  } catch (error) {
    outcome = "refused";
    if (!(error instanceof UnrolledError)) {
      outcome = `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    }
  }
  const { user, system } = process.cpuUsage(start);
  const spentMs = (user + system) / 1000;
  if (spentMs > MAX_CASE_MS) return `took ${Math.round(spentMs)} ms of the processor`;
  const growth = memoryInUse() - memoryBefore;
  if (growth > (target.growthBytes ?? DEFAULT_GROWTH_BYTES)) return `took ${growth} bytes of memory`;
  return outcome;
}

/** Memory that objects and buffers take. Buffers count although their pages may never have been touched. */
function memoryInUse(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function brokenSeveralTimes(target: FuzzTarget, generator: Generator): { bytes: Uint8Array; what: string } {
  const seed = target.seeds[generator.integer(target.seeds.length)];
  let { bytes } = seed;
  const words: string[] = [];
  for (let left = 2 + generator.integer(3); left > 0; left--) {
    const mutation =
      generator.integer(4) === 0
        ? randomByte(generator)
        : seed.mutations[generator.integer(seed.mutations.length)];
    bytes = mutation.apply(bytes);
    words.push(mutation.what);
  }
  return { bytes, what: `${seed.name}: ${words.join(", then ")}` };
}

function randomByte(generator: Generator): Mutation {
  const place = generator.uniform();
  const value = generator.integer(256);
  return {
    what: `a byte at ${(100 * place).toFixed(1)} % is ${value}`,
    apply: (bytes) => {
      const broken = bytes.slice();
      if (broken.length > 0) broken[Math.floor(place * broken.length)] = value;
      return broken;
    },
  };
}
