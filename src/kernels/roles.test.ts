import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { byName } from "./by-name.ts";
import type { Kernels, Role } from "./contract.ts";
import type { KernelTable } from "./kernel-table.ts";

/** Never called: the compiler reads it, and says so if it finds nothing wrong where something is expected to be. */
function swapped({ lstmForward, gemm }: Kernels, h: Role<"h">, c: Role<"c">, [a, b]: number[]): void {
  lstmForward(0, 0, c, 0, h, 0, 0, 1, 1);
  // @ts-expect-error h in the place of c
  lstmForward(0, 0, h, 0, c, 0, 0, 1, 1);
  gemm({ a, packed: b, c, m: 1, n: 1, k: 1 });
  // @ts-expect-error arguments in order
  gemm(a, 1, 1, b, 0, c, 1, 1, 1, 1, 0);
  // @ts-expect-error an argument that gemm does not have
  gemm({ a, b, c, m: 1, n: 1, k: 1 });
  // @ts-expect-error a product without its left matrix
  gemm({ packed: b, c, m: 1, n: 1, k: 1 });
}

test("arguments of kernels that change places are noticed by the compiler", () => {
  expect(swapped).toBeTypeOf("function");
});

/** The kernels of the contract, and the parameters of each as they stand there. */
function signatures(): { readonly name: string; readonly parameters: string }[] {
  const contract = readFileSync(new URL("./contract.ts", import.meta.url), "utf8");
  return [...contract.matchAll(/^ {2}(\w+)\(([^)]*)\): (?:void|number);/gm)].map(([, name, parameters]) => ({
    name,
    parameters,
  }));
}

/** The longest list of arguments that nothing but their order tells apart. */
const IN_ORDER = 4;

test("a kernel of more than four arguments is called by name, or its arguments have roles", () => {
  expect(signatures().length).toBeGreaterThan(50);
  const untold = signatures().filter(({ parameters }) => {
    if (parameters.startsWith("given: {")) return false;
    const plain = parameters.split(",").filter((each) => /: number\s*$/.test(each));
    return plain.length > IN_ORDER;
  });
  expect(untold).toEqual([]);
});

test("a call by name hands each argument on to its place, and what is not given as the header says", () => {
  const seen: unknown[] = [];
  const table = new Proxy({} as KernelTable, {
    get:
      (_, name) =>
      (...numbers: number[]) =>
        void seen.push([name, ...numbers]),
  });
  const kernels = byName(table);
  kernels.gemm({ k: 9, n: 8, m: 7, c: 5, packed: 3, a: 1 });
  kernels.gemm({
    a: 1,
    aRow: 2,
    aCol: 3,
    packed: 4,
    bias: 5,
    c: 6,
    cRow: 7,
    m: 8,
    n: 9,
    k: 10,
    accumulate: 1,
  });
  kernels.copyRows({ x: 1, y: 2, n: 3 });
  kernels.binary({ operation: 2, a: 1, b: 3, bRow: 0, bCol: 0, y: 5, m: 6, n: 7 });
  expect(seen).toEqual([
    ["gemm", 1, 9, 1, 3, 0, 5, 8, 7, 8, 9, 0],
    ["gemm", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1],
    ["copyRows", 1, 3, 2, 3, 1, 3, 0],
    ["binary", 2, 1, 7, 1, 3, 0, 0, 5, 6, 7],
  ]);
});
