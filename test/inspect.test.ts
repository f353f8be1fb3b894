// What unrolled/inspect finds inside a network, held to what PyTorch finds there in float64 (scripts/inspect-fixtures.py).
import { readFileSync } from "node:fs";
import { attribution, gradientsThroughTime, type Intervention, type Trace, trace } from "unrolled/inspect";
import { describe, expect, test } from "vitest";
import { inspected } from "../src/inspect/inspected-network.ts";
import { stepJacobian } from "../src/inspect/step-jacobian.ts";
import { languageNetwork } from "./language-network.ts";
import { devices, type Entries } from "./pytorch.ts";

type Numbers = readonly number[];

interface TraceFixture {
  readonly layers: readonly {
    readonly h: Numbers;
    readonly c?: Numbers;
    readonly gates: Record<string, Numbers>;
  }[];
  readonly logits: Numbers;
  readonly lossNats: Numbers;
}

interface Case {
  readonly cell: "elman" | "lstm" | "gru";
  readonly sizes: { vocabularySize: number; embeddingSize: number; hiddenSize: number; numLayers: number };
  readonly ids: Numbers;
  readonly parameters: Readonly<Record<string, Entries>>;
  readonly trace: TraceFixture;
  readonly intervention: Intervention;
  readonly changed: TraceFixture;
  readonly gradients: Readonly<Record<string, Numbers>>;
  readonly attribution: { t: number; target: number; signed: Numbers; absolute: Numbers };
  readonly jacobians: readonly {
    readonly layer: number;
    readonly last: Numbers;
    readonly stepRadius: Numbers;
    readonly productNorm: Numbers;
    readonly recurrentRadius: Numbers;
  }[];
}

const path = new URL("fixtures/inspect.json", import.meta.url);
const cases: readonly Case[] = JSON.parse(readFileSync(path, "utf8"));

/** Entries that differ from PyTorch's, one to a line. */
function differences(
  name: string,
  found: ArrayLike<number> | undefined,
  wanted: Numbers,
  tolerance: number,
): string[] {
  if (found?.length !== wanted.length) return [`${name}: ${found?.length} numbers, PyTorch ${wanted.length}`];
  return wanted.flatMap((value, index) =>
    Math.abs(found[index] - value) <= tolerance * (1 + Math.abs(value))
      ? []
      : [`${name}[${index}]: ${found[index]}, PyTorch ${value}`],
  );
}

function ofTrace(found: Trace, wanted: TraceFixture, tolerance: number): string[] {
  return [
    ...differences("logits", found.outputs, wanted.logits, tolerance),
    ...differences("losses", found.lossNats.subarray(0, -1), wanted.lossNats, tolerance),
    ...wanted.layers.flatMap(({ h, c, gates }, layer) => [
      ...differences(`h of layer ${layer}`, found.layers[layer].states.h, h, tolerance),
      ...(c ? differences(`c of layer ${layer}`, found.layers[layer].states.c, c, tolerance) : []),
      ...Object.entries(gates).flatMap(([name, numbers]) =>
        differences(
          `${name} of layer ${layer}`,
          (found.layers[layer].gates as never)[name],
          numbers,
          tolerance,
        ),
      ),
    ]),
  ];
}

// What is handed out are float32 numbers, the reference's too.
describe.each(devices.map((entry) => ({ ...entry, tolerance: Math.max(entry.tolerance, 5e-7) })))(
  "$name",
  ({ device, tolerance }) => {
    describe.each(cases)("$cell", (fixture) => {
      const { cell, sizes, ids, parameters } = fixture;
      const network = languageNetwork(device, cell === "elman" ? "rnn" : cell, sizes);
      for (const [name, parameter] of network.namedParameters()) parameter.assign(parameters[name].data);

      test("a trace has PyTorch's states, gates, logits and losses", () => {
        expect(ofTrace(trace(network, ids), fixture.trace, tolerance)).toEqual([]);
      });

      test("an intervention changes what it changes there", () => {
        const found = trace(network, ids, { interventions: [fixture.intervention] });
        expect(ofTrace(found, fixture.changed, tolerance)).toEqual([]);
      });

      test("gradients through time are those of its tape, and parameters gather none", async () => {
        const found = await gradientsThroughTime(network, ids);
        const wanted = fixture.gradients;
        expect(found.predictions).toBe(ids.length - 1);
        const wrong = found.layers.flatMap(({ states: { h, c } }, layer) => [
          ...differences(`h of layer ${layer}`, h, wanted[`h${layer}`], tolerance),
          ...(wanted[`c${layer}`]
            ? differences(`c of layer ${layer}`, c, wanted[`c${layer}`], tolerance)
            : []),
        ]);
        expect([...wrong, ...differences("inputs", found.inputs, wanted.inputs, tolerance)]).toEqual([]);
        expect([...network.parameters()].filter(({ grad }) => grad)).toEqual([]);
      });

      test("attribution is gradient × input", () => {
        const { t, target, signed, absolute } = fixture.attribution;
        const found = attribution(network, ids, t);
        expect(found.target).toBe(target);
        expect(differences("signed", found.signed, signed, tolerance)).toEqual([]);
        expect(differences("absolute", found.absolute, absolute, tolerance)).toEqual([]);
      });

      test("Jacobians, their products and spectral radii are those that autograd and LAPACK give", async () => {
        const found = await gradientsThroughTime(network, ids);
        const { layers } = trace(network, ids.slice(0, -1));
        for (const { layer, last, stepRadius, productNorm, recurrentRadius } of fixture.jacobians) {
          const jacobian = stepJacobian(
            inspected("test", network).layers[layer],
            layers[layer],
            ids.length - 2,
          );
          const measured = found.layers[layer];
          // An iteration ends where the last digits no longer matter.
          const radius = 1e-4;
          expect([
            ...differences("J", jacobian, last, tolerance),
            ...differences("product", measured.productNorm, productNorm, 1e-4),
            ...differences("radius of a step", measured.stepRadius, stepRadius, radius),
            ...differences(
              "radius of W_hh",
              Object.values(measured.recurrentRadius),
              recurrentRadius,
              radius,
            ),
          ]).toEqual([]);
          const count = productNorm.length - 1;
          expect(measured.decayPerStep).toBeCloseTo(productNorm[count] ** (1 / count), 4);
        }
      });
    });
  },
);
