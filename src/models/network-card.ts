import type { LayerConfig } from "../networks/config.ts";
import type { NetworkData } from "../networks/network-data.ts";
import { networkShapes } from "../networks/network-shapes.ts";
import { axesText } from "../networks/value-shape.ts";
import type { MadeBy } from "./network-files.ts";

/** README.md of a network's folder: what it was trained on and how well it does, what it reads, its layers, what it puts out. */
export function networkCard({ config, tensors }: NetworkData, madeBy?: MadeBy): string {
  const shapes = networkShapes(config);
  const count = Object.values(tensors).reduce((sum, { data }) => sum + data.length, 0);
  const inputs = config.inputs.map(({ name, axes, kind }) => `\`${name}\` ${axesText(axes)} (${kind})`);
  const layers = config.layers.map(
    ({ name, inputs: read, config: layer }) =>
      `| ${name} | ${layer.kind} | ${read.join(", ")} | ${axesText(shapes.get(name)!.axes)} | ${optionsText(layer)} |`,
  );
  const outputs = config.outputs.map(({ name, from }) => `\`${name}\` ${axesText(shapes.get(from)!.axes)}`);
  return `---
library_name: unrolled
tags: [rnn]
---

# ${madeBy ? `A recurrent network for the task ${madeBy.task}` : "A recurrent network"}
${madeBy ? trainingText(madeBy) : ""}
It reads ${inputs.join(", ")} and puts out ${outputs.join(", ")}, with ${count.toLocaleString("en-US")} parameters.

| layer | kind | reads | makes | options |
|---|---|---|---|---|
${layers.join("\n")}

B is the number of sequences and T that of their steps.
`;
}

/** Data, split, measures and what has to be beaten, as far as they are known. */
function trainingText({ data = {}, evaluation, baselines = {} }: MadeBy): string {
  const known = Object.entries(data).filter(([, value]) => value !== null);
  const facts = known.map(([name, value]) => `- ${words(name)}: ${plain(value)}\n`).join("");
  const measures = Object.entries(evaluation ?? {}).filter(([, value]) => typeof value === "number");
  const others = Object.entries(baselines);
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  const of = (name: string, found: object) => plain((found as Readonly<Record<string, unknown>>)[name] ?? "");
  const table = [
    ["measured on what was held out", "this model", ...others.map(([name]) => words(name))],
    ["---", ...["", ...others].map(() => "---")],
    ...measures.map(([name, value]) => [
      words(name),
      plain(value),
      ...others.map(([, found]) => of(name, found)),
    ]),
  ];
  return `${facts === "" ? "" : `\n${facts}`}${measures.length === 0 ? "" : `\n${table.map(row).join("")}`}`;
}

/** "trainingExamples" as people write it. */
function words(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, (_, before, after) => `${before} ${after.toLowerCase()}`);
}

function plain(value: unknown): string {
  if (typeof value === "number")
    return Number.isInteger(value) ? value.toLocaleString("en-US") : value.toFixed(4);
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A layer's options in one line. */
function optionsText(config: LayerConfig): string {
  const { kind: _, ...own } = config;
  const { options, ...rest } = own as { options?: object };
  return Object.entries({ ...options, ...rest })
    .map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`)
    .join(", ");
}
