import colors from "picocolors";
import type { TaskDescription } from "../../tasks/task.ts";
import { count, figure } from "../screen/amounts.ts";
import { harmless, wrapped } from "../screen/wrap.ts";
import { gatesText } from "./gate-places.ts";
import { layerText } from "./layer-text.ts";
import type { ModelFacts, ValueFacts } from "./model-facts.ts";
import { changedSettings, settingsText } from "./settings-text.ts";

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

/** What `unrolled info` prints of a model from elsewhere, in lines of at most `columns`; of what a known task has made, no setting that is its default. */
export function factsText(facts: ModelFacts, columns: number, task?: TaskDescription): string {
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
  for (const [name, found] of Object.entries(facts.baselines ?? {}))
    say("To beat", `${wordsOfName(name)}: ${figuresText(found)}`);
  if (facts.data) say("Data", settingsText(facts.data));
  if (facts.training) {
    const rest = task ? "; all else as it is where nothing is said" : "";
    say("Training", `${settingsText(changedSettings(facts.training, task))}${rest}`);
  }
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

/** "bagOfWords" → "bag of words". */
function wordsOfName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** "accuracy 0.812, macroF1 0.81": the numbers of a measurement. */
function figuresText(evaluation: object): string {
  const numbers = Object.entries(evaluation).filter(([, value]) => typeof value === "number");
  return numbers
    .map(([name, value]) => `${name} ${Number.isInteger(value) ? count(value) : figure(value)}`)
    .join(", ");
}
