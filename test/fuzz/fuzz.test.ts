// Every reader of files against a few thousand broken ones; `npm run fuzz -- --minutes 10` goes on for longer.
import { UnrolledError } from "unrolled";
import { describe, expect, it } from "vitest";
import { type FuzzTarget, fuzz } from "./fuzz.ts";
import { byteFlips, jsonMutations, numberMutations, truncations } from "./mutations.ts";
import { fuzzTargets } from "./targets.ts";

const SEED = 4;
/** What garbage may pile up to before it is collected; an allocation that a file asks for would be larger. */
const MAX_PEAK_GROWTH_BYTES = 384 << 20;

describe.each(await fuzzTargets())("$name", (target) => {
  it("reads or refuses broken files, soon and in little memory", async () => {
    const report = await fuzz(target, { seed: SEED });
    const failures = report.failures.map(
      ({ what, problem, bytes }) => `${what}: ${problem}
${base64(bytes)}`,
    );
    expect(failures).toEqual([]);
    expect(report.accepted).toBeGreaterThan(target.seeds.length);
    expect(report.refused).toBeGreaterThan(report.cases / 10);
    expect(report.peakGrowthBytes).toBeLessThan(MAX_PEAK_GROWTH_BYTES);
  });
});

/** The file, if it is short enough to be copied from a report. */
function base64(bytes: Uint8Array): string {
  return bytes.length > 1000 ? `${bytes.length} bytes` : Buffer.from(bytes).toString("base64");
}

describe("the fuzzer itself", () => {
  /** A file whose first byte is the length of the rest. */
  const seed = Uint8Array.of(2, 7, 7);
  const mutations = [
    ...numberMutations(seed, [{ offset: 0, bytes: 1, kind: "length" }]),
    ...truncations([1]),
    ...byteFlips(1, 3),
  ];
  const trial = (read: (bytes: Uint8Array) => unknown): FuzzTarget => ({
    name: "trial",
    seeds: [{ name: "two", bytes: seed, mutations }],
    read,
    cases: 300,
    growthBytes: 8 << 20,
  });
  const refuse = () => {
    throw new UnrolledError("invalid-file", { call: "trial", problem: "no" });
  };

  it("lets a reader pass that refuses what is wrong, and repeats itself", async () => {
    const read = (bytes: Uint8Array) => (bytes[0] === bytes.length - 1 ? bytes : refuse());
    const report = await fuzz(trial(read), { seed: 1 });
    expect(report.failures).toEqual([]);
    expect(report.cases).toBeGreaterThanOrEqual(300);
    const again = await fuzz(trial(read), { seed: 1 });
    expect([again.accepted, again.refused]).toEqual([report.accepted, report.refused]);
  });

  it.each<[string, (bytes: Uint8Array) => unknown, string]>([
    [
      "throws anything else",
      ([length]) => (length === 2 ? 0 : new Uint8Array(length - 1000)),
      "RangeError: Invalid typed array length",
    ],
    ["believes a length", ([length]) => new Uint8Array(length << 20), "bytes of memory"],
    ["refuses the whole file", refuse, "a whole file is refused"],
    [
      "rejects later",
      async ([length]) => {
        if (length > 2) throw new TypeError("later");
      },
      "TypeError: later",
    ],
  ])("finds a reader that %s", async (_, read, problem) => {
    const { failures } = await fuzz(trial(read), { seed: 1 });
    expect(failures[0].problem).toContain(problem);
  });

  it("breaks numbers of either byte order at the edges of their ranges", () => {
    const bytes = Uint8Array.of(0, 0, 1, 0);
    const applied = (bigEndian: boolean) =>
      numberMutations(bytes, [{ offset: 1, bytes: 2, kind: "count", bigEndian }]).map(({ apply }) =>
        Buffer.from(apply(bytes)).toString("hex"),
      );
    // 1 big-endian, 256 little-endian.
    expect(applied(true)).toEqual(expect.arrayContaining(["00000000", "00ffff00", "007fff00", "00000200"]));
    expect(applied(false)).toEqual(expect.arrayContaining(["00000000", "00ffff00", "00ff7f00", "00000200"]));
    expect(applied(true)).not.toContain("00000100");
  });

  it("breaks JSON token by token", () => {
    const texts = jsonMutations('{"a":[1]}', (text) => new TextEncoder().encode(text)).map(({ apply }) =>
      new TextDecoder().decode(apply(new Uint8Array(0))),
    );
    expect(texts).toEqual(expect.arrayContaining(['{"a":[-1]}', '{"a":["a"]}', '{"a""a":[1]}', '{"a":[1}']));
  });
});
