// Losses and gradients that other libraries published, and that were checked again in float64.
import { existsSync, readFileSync } from "node:fs";
import { openDevice, type Tensor, tensor } from "unrolled";
import { ctcLoss, transducerLoss } from "unrolled/nn";
import { describe, expect, test } from "vitest";
import { numbersOf, reference } from "../gradients.ts";
import { required } from "../required.ts";

const file = new URL("../../../shared/data/ctc/vectors.json", import.meta.url);
interface CtcVector {
  readonly name: string;
  readonly logits_TxC: number[][];
  readonly labels: number[];
  readonly blank: number;
  readonly loss_published: number | "inf";
  readonly loss_float64: number | "inf";
  readonly grad_wrt_logits_published: number[][] | null;
  readonly grad_wrt_logits_float64: number[][];
}

interface TransducerVector {
  readonly name: string;
  readonly logits_TxUxV: number[][][];
  readonly labels: number[];
  readonly blank: number;
  readonly cost_published: number;
  readonly cost_float64: number;
  readonly grad_wrt_logits_published: number[][][] | null;
  readonly grad_wrt_logits_float64: number[][][];
}

const isThere = required(existsSync(file), file.pathname);
const vectors: { readonly ctc_loss: readonly CtcVector[]; readonly rnnt_loss: readonly TransducerVector[] } =
  isThere ? JSON.parse(readFileSync(file, "utf8")) : { ctc_loss: [], rnnt_loss: [] };

const devices = [
  { name: "reference", device: reference, digits: 7 },
  { name: "the fastest kernels", device: await openDevice(), digits: 5 },
  { name: "WebAssembly", device: await openDevice({ backend: "wasm" }), digits: 5 },
];

/** Holds the loss of one sequence and its gradient against numbers in float64, and against those that were published with six digits. */
function expectLoss(
  loss: Tensor,
  logits: Tensor,
  { cost, exact, published }: { cost: number; exact: unknown[]; published: unknown[] | null },
  digits: number,
) {
  loss.backward();
  expect(numbersOf(loss)[0] / cost).toBeCloseTo(1, digits);
  const found = numbersOf(logits.grad!);
  for (const [numbers, places] of [
    [exact, digits],
    [published ?? [], 5],
  ] as const)
    for (const [at, each] of (numbers.flat(3) as number[]).entries())
      expect(found[at], `entry ${at}`).toBeCloseTo(each, places);
}

describe.runIf(isThere).each(devices)("on $name", ({ device, digits }) => {
  test.each(vectors.ctc_loss)("CTC: $name", (vector) => {
    const { logits_TxC: rows, labels, blank } = vector;
    const logits = tensor(device, rows.flat(), [rows.length, 1, rows[0].length], { requiresGrad: true });
    const loss = ctcLoss(logits, [labels], { blank, reduction: "sum" });
    if (vector.loss_float64 === "inf") {
      loss.backward();
      expect(numbersOf(loss)).toEqual([Number.POSITIVE_INFINITY]);
      for (const [at, each] of numbersOf(logits.grad!).entries())
        expect(each).toBeCloseTo(vector.grad_wrt_logits_float64.flat()[at], digits);
      logits.zeroGrad();
      const zeroed = ctcLoss(logits, [labels], { blank, reduction: "sum", zeroInfinity: true });
      zeroed.backward();
      expect([numbersOf(zeroed)[0], ...numbersOf(logits.grad!)]).toEqual(new Array(logits.size + 1).fill(0));
      return;
    }
    expect(vector.loss_float64).toBeCloseTo(vector.loss_published as number, 4);
    const { grad_wrt_logits_float64: exact, grad_wrt_logits_published: published } = vector;
    expectLoss(loss, logits, { cost: vector.loss_float64, exact, published }, digits);
  });

  test.each(vectors.rnnt_loss)("transducer: $name", (vector) => {
    const { logits_TxUxV: rows, labels, blank } = vector;
    const shape = [1, rows.length, rows[0].length, rows[0][0].length];
    const logits = tensor(device, rows.flat(2), shape, { requiresGrad: true });
    const loss = transducerLoss(logits, [labels], { blank, reduction: "sum" });
    expect(vector.cost_float64).toBeCloseTo(vector.cost_published, 4);
    const { grad_wrt_logits_float64: exact, grad_wrt_logits_published: published } = vector;
    expectLoss(loss, logits, { cost: vector.cost_float64, exact, published }, digits);
  });
});
