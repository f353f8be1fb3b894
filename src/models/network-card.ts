import type { LayerConfig } from "../networks/config.ts";
import type { NetworkData } from "../networks/network-data.ts";
import { networkShapes } from "../networks/network-shapes.ts";
import { axesText } from "../networks/value-shape.ts";

/** README.md of a network's folder, written from its configuration: what it reads, its layers, what it puts out. */
export function networkCard({ config, tensors }: NetworkData): string {
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

# A recurrent network

It reads ${inputs.join(", ")} and puts out ${outputs.join(", ")}, with ${count.toLocaleString("en-US")} parameters.

| layer | kind | reads | makes | options |
|---|---|---|---|---|
${layers.join("\n")}

B is the number of sequences and T that of their steps.
`;
}

/** A layer's options in one line. */
function optionsText(config: LayerConfig): string {
  const { kind: _, ...own } = config;
  const { options, ...rest } = own as { options?: object };
  return Object.entries({ ...options, ...rest })
    .map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`)
    .join(", ");
}
