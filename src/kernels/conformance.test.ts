import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { describe, expect, test } from "vitest";
import { openEveryBackend } from "./conformance/open.ts";
import { Stage } from "./conformance/stage.ts";
import type { Case, Outcome } from "./conformance.ts";
import { cases, differences, differentBits, runCase, STAGE_ELEMENTS } from "./conformance.ts";
import { loadReference } from "./load-reference.ts";
import { loadAddon } from "./native.ts";
import { openBackend } from "./select.ts";

// Node 20 has relaxed SIMD behind a flag, so that this backend is tested there too.
if (process.version.startsWith("v20.")) setFlagsFromString("--experimental-wasm-relaxed-simd");

const reference = await openBackend("reference", loadReference);
const referenceFirst = reference.heap.allocate(STAGE_ELEMENTS);
const backends = (await openEveryBackend()).map((backend) => ({
  ...backend,
  first: backend.heap.allocate(STAGE_ELEMENTS),
}));

/** Regions start at a multiple of sixteen elements, and three past one. */
const skews = [0, 3];

const expectedOutcomes = new Map<string, Outcome>();

/** What the reference gives, computed once for all backends. */
function expectedOf(entry: Case, skew: number): Outcome {
  const key = `${entry.kernel} ${entry.name} ${skew}`;
  const known = expectedOutcomes.get(key);
  const outcome = known ?? runCase(entry, reference.kernels, reference.heap, referenceFirst, skew);
  expectedOutcomes.set(key, outcome);
  return outcome;
}

/** The first few lines, since a broken kernel is wrong nearly everywhere. */
const some = (lines: readonly string[]) => lines.slice(0, 8).join("\n");

const kernelNames = [
  ...readFileSync(new URL("./contract.ts", import.meta.url), "utf8").matchAll(/^ {2}(\w+)\(/gm),
].map(([, name]) => name);

test("every kernel of the contract has a case", () => {
  expect(kernelNames.length).toBeGreaterThan(30);
  expect(new Set(cases.map(({ kernel }) => kernel))).toEqual(new Set(kernelNames));
});

test("no two cases share a name", () => {
  const names = cases.map(({ kernel, name }) => `${kernel}: ${name}`);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test("the native kernels are here, unless this machine cannot build them", () => {
  const native = loadAddon();
  if ("problem" in native) {
    expect(process.env.CI, native.problem).toBeUndefined();
    expect(native.problem).toMatch(/^no (C\+\+ compiler|native kernels for)/);
  }
});

test("a write past the end of a region is seen", () => {
  const stage = new Stage(reference.kernels, reference.heap, referenceFirst, 0);
  stage.kernels.fill(stage.uniform("x", 5), 1, 6);
  expect(stage.finish().damage).toEqual(["x[5] (it has 5)"]);
});

describe.each(backends)("$name agrees with the reference", ({ name, kernels, heap, first }) => {
  test.each(kernelNames)("%s", (kernel) => {
    const wrong = cases
      .filter((entry) => entry.kernel === kernel)
      .flatMap((entry) =>
        skews.flatMap((skew) => {
          const outcome = runCase(entry, kernels, heap, first, skew);
          const lines = differences(name, outcome, expectedOf(entry, skew), entry.tolerance).slice(0, 3);
          return lines.map((line) => `${entry.name}, skew ${skew}: ${line}`);
        }),
      );
    expect(some(wrong)).toBe("");
  });
});

const [narrow, wide] = ["native-avx2", "native-avx512"].map((name) =>
  backends.find((backend) => backend.name === name),
);

test.skipIf(!narrow || !wide)("native-avx2 and native-avx512 give the same bits", () => {
  const wrong = cases.flatMap((entry) =>
    skews.flatMap((skew) => {
      const [first, second] = [narrow!, wide!].map((backend) =>
        runCase(entry, backend.kernels, backend.heap, backend.first, skew),
      );
      const lines = differentBits("native-avx2", first, "native-avx512", second).slice(0, 2);
      return lines.map((line) => `${entry.kernel} ${entry.name}, skew ${skew}: ${line}`);
    }),
  );
  expect(some(wrong)).toBe("");
});
