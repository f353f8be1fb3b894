import colors from "picocolors";
import { count, figure } from "../screen/amounts.ts";
import { harmless, wrapped } from "../screen/wrap.ts";
import { gatesText } from "./gate-places.ts";
import { layerText } from "./layer-text.ts";
import type { ModelFacts, ValueFacts } from "./model-facts.ts";
import { settingsText } from "./settings-text.ts";

export { modelFacts } from "./model-facts.ts";

const FORMATS: Readonly<Record<ModelFacts["format"], string>> = {
  task: "weights of a module that a task has made",
  safetensors: "safetensors",
  pytorch: "PyTorch",
  numpy: "NumPy",
  "basic-lstm": "TensorFlow BasicLSTMCell",
  keras: "Keras",
  "tensorflow-js": "TensorFlow.js",
  rtneural: "RTNeural",
  onnx: "ONNX",
  network: "a network made here",
  "language-model": "a language model made here",
};
const LABEL_COLUMNS = 12;

/** What `unrolled info` prints of a model from elsewhere, in lines of at most `columns`. */
export function factsText(facts: ModelFacts, columns: number): string {
  const { format, opset, producer, parameters, inputs, outputs, problem } = facts;
  const lines: string[] = [];
  const say = (label: string, text: string) =>
    lines.push(
      wrapped(`${colors.bold(label.padEnd(LABEL_COLUMNS))}${harmless(text)}`, columns, LABEL_COLUMNS),
    );
  const detail = (text: string, indent: number) =>
    lines.push(wrapped(`${" ".repeat(indent)}${harmless(text)}`, columns, indent + 2));
  const by = producer === undefined ? "" : `, by ${producer}`;
  say("Format", `${FORMATS[format]}${opset === undefined ? "" : `, operators of version ${opset}`}${by}`);
  if (facts.task !== undefined) say("Task", facts.task);
  if (facts.evaluation) say("Quality", figuresText(facts.evaluation));
  if (facts.training) say("Training", settingsText(facts.training));
  say("Parameters", count(parameters));
  for (const value of inputs) say("Input", valueText(value));
  for (const value of outputs) say("Output", valueText(value));
  if (facts.layers) {
    lines.push(colors.bold("Layers"));
    for (const { name, inputs, config, parameters, gates } of facts.layers) {
      detail(`${name}: ${layerText(config)}, reads ${inputs.join(", ")}, ${count(parameters)} parameters`, 2);
      if (gates) detail(`gates: ${gatesText(gates)}`, 4);
    }
  }
  if (facts.operators) {
    const named = facts.operators.map(
      ({ name, nodes, supported }) => `${name} ${nodes}${supported ? "" : " (not supported)"}`,
    );
    lines.push(colors.bold("Operators, and how many nodes of each"));
    detail(named.join(", "), 2);
  }
  if (facts.recurrent && facts.recurrent.length > 0) {
    lines.push(colors.bold("Recurrent nodes"));
    for (const { name, operator, gates } of facts.recurrent) {
      detail(`${name}: ${operator}`, 2);
      detail(`gates: ${gatesText(gates)}`, 4);
    }
  }
  lines.push(colors.bold("Tensors"));
  for (const { name, shape, dtype } of facts.tensors)
    detail(`${name}  ${dtype === undefined ? "" : `${dtype} `}[${shape.join(", ")}]`, 2);
  if (facts.unknown) say("Unknown", `${facts.unknown.join(", ")}: kept as data, nothing of it is run`);
  if (problem !== undefined) say("Not run", problem);
  return `${lines.join("\n")}\n`;
}

function valueText({ name, kind, axes }: ValueFacts): string {
  return `${name}: ${kind} ${axes === "unknown" ? "of any shape" : `[${axes.join(", ")}]`}`;
}

/** "accuracy 0.812, macroF1 0.81": the numbers of a measurement. */
function figuresText(evaluation: object): string {
  const numbers = Object.entries(evaluation).filter(([, value]) => typeof value === "number");
  return numbers
    .map(([name, value]) => `${name} ${Number.isInteger(value) ? count(value) : figure(value)}`)
    .join(", ");
}
