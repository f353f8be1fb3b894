import { openDevice } from "unrolled";
import { explainStep, trace } from "unrolled/inspect";
import { CELLS, type CellKind } from "unrolled/nn";
import { expect, test } from "vitest";
import { equationsOf } from "../../web/views/equations.ts";
import { languageNetwork } from "../language-network.ts";

const device = await openDevice({ backend: "wasm" });
const sizes = { vocabularySize: 5, embeddingSize: 3, hiddenSize: 4, numLayers: 1 };

test.each([
  ["rnn", {}, ["h′"], undefined],
  ["lstm", {}, ["i", "f", "g", "o", "c′", "h′"], "o × tanh(c′)"],
  ["lstm", { coupled: true }, ["i", "g", "o", "c′", "h′"], "o × tanh(c′)"],
  ["lstm", { projectionSize: 2 }, ["i", "f", "g", "o", "c′"], "f × c + i × g"],
  ["gru", {}, ["r", "z", "n", "h′"], "(1 − z) × n + z × h"],
  ["gru", { resetAfter: false }, ["r", "z", "n", "h′"], "(1 − z) × n + z × h"],
  ["mgu", {}, ["f", "n", "h′"], "(1 − f) × h + f × n"],
  ["ugrnn", {}, ["g", "n", "h′"], "g × h + (1 − g) × n"],
] as const)("a step of a cell of kind %s with %o, line by line", (kind, options, names, last) => {
  const network = languageNetwork(device, kind, { ...sizes, options });
  const unit = 1;
  const lines = equationsOf(explainStep(network, trace(network, [1, 2, 3]), { t: 2, layer: 0, unit }), unit);
  expect(lines.map(({ name }) => name)).toEqual(names);
  for (const { name, numbers, result } of lines)
    expect(workedOut(numbers), `${name} = ${numbers}`).toBeCloseTo(result, 2);
  const isGated = kind === "mgu" || "resetAfter" in options;
  expect(lines.some(({ letters }) => letters.includes("r × (W_hn h"))).toBe(kind === "gru" && !isGated);
  expect(lines.some(({ letters }) => /W_hn \([rf] × h\)/.test(letters))).toBe(isGated);
  if (last) expect(lines.at(-1)?.letters).toBe(last);
});

test.each(Object.keys(CELLS) as CellKind[])(
  "a cell of kind %s says in letters what each state is made of",
  (kind) => {
    const network = languageNetwork(device, kind, { ...sizes, options: {} });
    const place = { t: 1, layer: 0, unit: 0 };
    const { gates, states, equations } = explainStep(network, trace(network, [1, 2]), place);
    const made = [...gates.map(({ name }) => name), ...equations.map(({ makes }) => makes)];
    expect(made).toEqual(expect.arrayContaining(Object.keys(states)));
  },
);

/** What is written, worked out: products and sums of numbers in at most two pairs of brackets. */
function workedOut(written: string): number {
  const sum = / = (σ|tanh)\((.*)\)$/.exec(written);
  if (sum) return sum[1] === "σ" ? 1 / (1 + Math.exp(-numberIn(sum[2]))) : Math.tanh(numberIn(sum[2]));
  const factor = (text: string) => {
    const [, squashed] = /^tanh\((.*)\)$/.exec(text) ?? [];
    if (squashed !== undefined) return Math.tanh(numberIn(squashed));
    const [, open] = /^\(1 − (.*)\)$/.exec(text) ?? [];
    return open === undefined ? numberIn(text) : 1 - numberIn(open);
  };
  return written
    .split(" + ")
    .map((term) =>
      term
        .split(" × ")
        .map(factor)
        .reduce((product, each) => product * each, 1),
    )
    .reduce((total, each) => total + each, 0);
}

function numberIn(text: string): number {
  return Number(text.replace("−", "-"));
}
