import type { LayerConfig } from "../../networks/config.ts";
import { isRecurrent, mergedWidth } from "../../networks/recurrent-axes.ts";
import type { Piece } from "./piece.ts";

/** A layer with its place and its meaning decided. */
export interface PlacedPiece extends Piece {
  readonly config: LayerConfig;
}

/** What even a hostile set of layers may take. */
const MAX_ATTEMPTS = 20_000;
const MAX_LAYERS = 100;

/**
 * Orders of layers in which each can read what the one before it puts out: an embedding comes first, widths agree, and of layers whose
 * names differ only in a number (`layers.0`, `layers.1`; `lstm`, `lstm2`) the smaller comes first. At most two, since two are already too many to
 * choose from; "too many" where there are so many layers that the search could take long.
 *
 * @param inOrder whether only the order is tried in which the layers are given
 */
export function chainOrders(
  pieces: readonly Piece[],
  { inOrder = false } = {},
): readonly (readonly PlacedPiece[])[] | "too many" {
  if (pieces.length > MAX_LAYERS) return "too many";
  const found: PlacedPiece[][] = [];
  const placed: PlacedPiece[] = [];
  const predecessors = pieces.map((piece) => pieces.filter((other) => comesBefore(other.name, piece.name)));
  let attempts = 0;

  const extend = (): void => {
    if (placed.length === pieces.length) {
      found.push([...placed]);
      return;
    }
    for (const [index, piece] of pieces.entries()) {
      if (inOrder ? index !== placed.length : isPlaced(piece) || !predecessors[index].every(isPlaced))
        continue;
      for (const config of piece.readings) {
        attempts++;
        if (found.length > 1 || attempts > MAX_ATTEMPTS) return;
        if (!follows(config, placed.at(-1)?.config)) continue;
        placed.push({ ...piece, config });
        extend();
        placed.pop();
      }
    }
  };
  const isPlaced = ({ name }: Piece) => placed.some((other) => other.name === name);

  extend();
  return attempts > MAX_ATTEMPTS && found.length < 2 ? "too many" : found;
}

/** The order that the caller gives; undefined at the first layer that cannot read what the one before puts out. */
export function givenOrder(pieces: readonly Piece[]): readonly PlacedPiece[] | undefined {
  const placed: PlacedPiece[] = [];
  for (const piece of pieces) {
    const config = piece.readings.find((reading) => follows(reading, placed.at(-1)?.config));
    if (!config) return undefined;
    placed.push({ ...piece, config });
  }
  return placed;
}

/** Width of what a layer reads; undefined for ids. */
export function inputWidth(config: LayerConfig): number | undefined {
  if (isRecurrent(config)) return config.options.inputSize;
  if (config.kind === "linear") return config.inputSize;
  return config.kind === "layer-norm" ? config.size : undefined;
}

/** Width of what a layer puts out. */
function outputWidthOf(config: LayerConfig): number | undefined {
  if (isRecurrent(config)) return mergedWidth(config);
  if (config.kind === "linear") return config.outputSize;
  return config.kind === "layer-norm" || config.kind === "embedding" ? config.size : undefined;
}

function follows(config: LayerConfig, before: LayerConfig | undefined): boolean {
  if (!before) return true;
  const width = inputWidth(config);
  return width !== undefined && width === outputWidthOf(before);
}

const NUMBER = /\d+/g;

/** Whether two names are the same but for their numbers, the first one's being smaller, or none: `lstm` and `lstm2`. */
function comesBefore(first: string, second: string): boolean {
  if (second.startsWith(first) && /^[_.]?\d+$/.test(second.slice(first.length)) && !/\d$/.test(first))
    return true;
  if (first === second || first.replace(NUMBER, "#") !== second.replace(NUMBER, "#")) return false;
  const [left, right] = [first, second].map((name) => (name.match(NUMBER) ?? []).map(Number));
  const differing = left.findIndex((number, index) => number !== right[index]);
  return left[differing] < right[differing];
}
