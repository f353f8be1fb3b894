// What ONNX says of its recurrent nodes, as our cells and their options.
import type { CellKind } from "../../../../cells/cells.ts";
import { cellOfKind } from "../../../../cells/cells.ts";
import { boundCell } from "../../../../recurrent/bound-cell.ts";
import type { Cell } from "../../../../recurrent/cell.ts";
import { resolveOptions } from "../../../../recurrent/recurrent-options.ts";
import type { Device } from "../../../../tensor/device.ts";
import { GATE_LAYOUTS, type GatedCell, type GateLayout } from "../../../gate-layouts.ts";
import type { Activations } from "./node-activations.ts";

/** Options of a node that its cell needs. */
export interface NodeOptions {
  readonly activations: Activations;
  /** Bound of what enters an activation; 0 for none. */
  readonly clip: number;
  /** Whether f = 1 − i. */
  readonly coupled: boolean;
  /** Whether the reset gate comes after the product. */
  readonly resetAfter: boolean;
  /** Whether the node is given P. */
  readonly peepholes: boolean;
}

/** The kinds of recurrent nodes: our cells, ONNX's default activations, and its layouts of gates. */
export type NodeKind = Extract<CellKind, "rnn" | "gru" | "lstm">;

/** Activations where a node names none. */
export const DEFAULT_ACTIVATIONS: Readonly<Record<NodeKind, readonly string[]>> = {
  rnn: ["Tanh"],
  gru: ["Sigmoid", "Tanh"],
  lstm: ["Sigmoid", "Tanh", "Tanh"],
};

/** How a node's weights are laid out, and whose gates they become. */
export function layoutOf(kind: NodeKind, coupled: boolean): { layout: GateLayout; gated: GatedCell } {
  return { layout: GATE_LAYOUTS.onnx[kind], gated: kind === "lstm" && coupled ? "coupled-lstm" : kind };
}

/** The cell of a node whose sizes are known. */
export function cellOfNode(
  device: Device,
  kind: NodeKind,
  { activations, clip, coupled, resetAfter, peepholes }: NodeOptions,
  { input, hidden }: { readonly input: number; readonly hidden: number },
): Cell {
  const { list } = activations;
  const own = {
    rnn: { nonlinearity: list[0] },
    gru: { activations: list, resetAfter },
    lstm: { activations: list, coupled, peepholes },
  };
  const given = {
    inputSize: input,
    hiddenSize: hidden,
    ...own[kind],
    ...(clip > 0 && clip < Infinity ? { gateClip: clip } : {}),
  };
  const spec = cellOfKind(kind);
  return boundCell(device, spec, resolveOptions(spec.name, spec, given, "step"), spec.name);
}
