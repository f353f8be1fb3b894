// i, f, o = σ(W_ih x + b_ih + W_hh h + b_hh)    g = tanh(…)    gates in the order i f g o
// c′ = f∘c + i∘g                                h′ = o∘tanh(c′)
// Hochreiter & Schmidhuber 1997; forget gate: Gers, Schmidhuber & Cummins 2000. Its options: peepholes (Gers & Schmidhuber 2000;
// Graves 2013), f = 1 − i and gates i g o (Greff et al. 2017), h projected (Sak, Senior & Beaufays 2014), bounds of sums and of c,
// other activations, and layer normalisation (Ba, Kiros & Hinton 2016), of both products and of c on its way out:
//   sums = LN(W_ih x)∘gain + b_ih + LN(W_hh h)∘gain + b_hh    c′ = f∘c + i∘g    h′ = o∘tanh(LN(c′)∘gain + bias)
import { flagOption, numberOption } from "../options/option.ts";
import type { Device } from "../tensor/device.ts";
import { activationsOption } from "./activation-option.ts";
import { lstmVariant } from "./lstm-variant.ts";
import { NORM_EPSILON } from "./norm-epsilon.ts";
import { gateParameters } from "./parameters.ts";
import {
  type BoundCell,
  type CellOptionsOf,
  defineCell,
  type ParameterShape,
  type StepEquation,
  type StepRow,
} from "./spec.ts";
import type { Step, StepGradients } from "./step.ts";

const table = {
  projectionSize: numberOption(
    { whole: true, atLeast: 1, atMost: 2 ** 26 },
    { default: undefined, help: "width P of h, H being that of c (Sak, Senior & Beaufays 2014)" },
  ),
  peepholes: flagOption({ default: false, help: "diagonal connections from c to the gates" }),
  coupled: flagOption({ default: false, help: "f = 1 − i, so that there are three gates i g o" }),
  cellClip: numberOption(
    { above: 0 },
    { default: undefined, placeholder: "bound", help: "bound of c, from both sides" },
  ),
  layerNorm: flagOption({
    default: false,
    help: "both products, over all gates at once, and c on its way out are layer-normalised",
  }),
  forgetBias: numberOption(
    {},
    {
      default: undefined,
      placeholder: "b",
      help: "first value of the forget gate's bias, the sum of both",
    },
  ),
  activations: activationsOption({
    default: ["sigmoid", "tanh", "tanh"],
    placeholder: "names",
    help: "of the gates, of the candidate, and of c on its way out",
  }),
};

export const lstm = defineCell({
  kind: "lstm",
  name: "LSTM",
  source: "Hochreiter & Schmidhuber 1997; Gers, Schmidhuber & Cummins 2000",
  options: table,
  problem({ forgetBias, bias, coupled }) {
    if (forgetBias === undefined) return undefined;
    if (bias === "none") return `forgetBias is ${forgetBias}, needed a layer with biases`;
    return coupled ? `forgetBias is ${forgetBias}, needed a forget gate of its own` : undefined;
  },
  shape(options) {
    const { hiddenSize, projectionSize, coupled, layerNorm, activations } = options;
    const [gate, candidate] = activations;
    const width = (coupled ? 3 : 4) * hiddenSize;
    return {
      gates: coupled ? ["i", "g", "o"] : ["i", "f", "g", "o"],
      activations: { i: gate, ...(coupled ? {} : { f: gate }), g: candidate, o: gate },
      ...(coupled ? {} : { forgetGate: "f" }),
      states: [
        { name: "h", width: projectionSize ?? hiddenSize },
        { name: "c", width: hiddenSize },
      ],
      outputSize: projectionSize ?? hiddenSize,
      projects: projectionSize !== undefined,
      recurrent: "added",
      normalises: layerNorm,
      parameters: parametersOf(options, width),
      rooms: layerNorm
        ? [
            { name: "cOut", width: hiddenSize },
            { name: "cStatistics", width: 2 },
          ]
        : [],
      scratch: layerNorm ? [{ name: "dcOut", width: hiddenSize }] : [],
    };
  },
  bind(device, options, call): BoundCell {
    const { peepholes, coupled, cellClip, gateClip, layerNorm, activations } = options;
    const isPlain =
      !(peepholes || coupled || layerNorm || cellClip || gateClip) &&
      `${activations}` === "sigmoid,tanh,tanh";
    if (!isPlain) return lstmVariant(device, options, call);
    let variant: BoundCell | undefined;
    const output: BoundCell["output"] = {
      backward(step, gradients) {
        variant ??= lstmVariant(device, options, call);
        variant.output?.backward(step, gradients);
      },
    };
    return { ...plain(device), output };
  },
  equations({ hiddenSize, coupled, peepholes, layerNorm, cellClip, gateClip, activations }, functionOf) {
    const [gate, , out] = activations;
    const [sigmoid, tanh] = [functionOf(gate, gateClip), functionOf(out)];
    const bounded = functionOf("affine", cellClip);
    const ofPeephole: StepEquation = {
      makes: "o",
      of: ["c"],
      unit: ({ oSum, c, weightCh }) => {
        const at = weightCh.length - hiddenSize;
        return (u) => sigmoid(oSum[u] + weightCh[at + u] * c[u]);
      },
    };
    return [
      {
        makes: "c",
        of: coupled ? ["i", "g"] : ["i", "f", "g"],
        letters: `${coupled ? "(1 − i)" : "f"} × c + i × g`,
        unit:
          ({ i, f, g, cBefore }) =>
          (u) =>
            bounded((coupled ? 1 - i[u] : f[u]) * cBefore[u] + i[u] * g[u]),
      },
      ...(peepholes ? [ofPeephole] : []),
      ...(layerNorm ? [{ makes: "cOut", of: ["c"], unit: normalised }] : []),
      {
        makes: "h",
        of: ["o", layerNorm ? "cOut" : "c"],
        letters: `o × ${typeof out === "string" ? out : out.name}(c′)`,
        unit:
          ({ o, c, cOut }) =>
          (u) =>
            o[u] * tanh(layerNorm ? cOut[u] : c[u]),
      },
    ];
  },
});

/** LN(c)∘gain + bias. */
function normalised({ c, normC, normCBias }: StepRow): (unit: number) => number {
  let [mean, variance] = [0, 0];
  for (let u = 0; u < c.length; u++) mean += c[u] / c.length;
  for (let u = 0; u < c.length; u++) variance += (c[u] - mean) ** 2 / c.length;
  return (u) => ((c[u] - mean) / Math.sqrt(variance + NORM_EPSILON)) * normC[u] + normCBias[u];
}

function parametersOf(options: CellOptionsOf<typeof table>, width: number): ParameterShape[] {
  const { hiddenSize, coupled, peepholes, layerNorm, forgetBias } = options;
  const all = gateParameters({ ...options, gates: coupled ? 3 : 4 });
  const begins = (key: string) =>
    key === "biasIh" ? { blocks: { 1: forgetBias! } } : key === "biasHh" ? { blocks: { 1: 0 } } : {};
  const gates = forgetBias === undefined ? all : all.map((each) => ({ ...each, ...begins(each.key) }));
  const norm = (key: string, name: string, size: number, at: number): ParameterShape => ({
    key,
    name,
    shape: [size],
    begins: at,
  });
  return [
    ...gates,
    ...(peepholes
      ? [
          {
            key: "weightCh",
            name: "weight_ch",
            shape: [(coupled ? 2 : 3) * hiddenSize],
            begins: "drawn",
          } as const,
        ]
      : []),
    ...(layerNorm
      ? [
          norm("normIh", "norm_ih.weight", width, 1),
          norm("normHh", "norm_hh.weight", width, 1),
          norm("normC", "norm_c.weight", hiddenSize, 1),
          norm("normCBias", "norm_c.bias", hiddenSize, 0),
        ]
      : []),
  ];
}

function plain({ kernels }: Device): BoundCell {
  return {
    forward({ sums, states: { c }, h, lengths, t, batch, hidden }: Step<"h" | "c">) {
      kernels.lstmForward(sums, c.before, c.made, h.kept, h.made, lengths, t, batch, hidden);
    },
    backward(
      { sums, states: { c }, lengths, t, batch, hidden }: Step<"h" | "c">,
      { dy, states }: StepGradients<"h" | "c">,
    ) {
      kernels.lstmBackward(sums, c.before, c.made, dy, states.h, states.c, lengths, t, batch, hidden);
    },
  };
}
