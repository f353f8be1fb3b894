// Where a stack's step for up to so many rows keeps everything, in one room. Layers take their turns, so what only lasts from a
// layer's sums to its state is there once.
import { Step } from "../../cells/step.ts";
import { type Tensor, zeros } from "../../tensor/tensor.ts";
import { type Cell, standsApart, sumsWidth } from "../cell.ts";
import { cellOf, type RecurrentStack } from "../recurrent-stack.ts";

/** Rows up to which a step waits for the weights, and no longer for its sums. */
export const FEW_ROWS = 8;

const ALIGNMENT = 16;

/** Places of one layer, at even and at odd steps. */
export interface LayerPlacesInBlock {
  /** h's sums of few rows, [min(rows, FEW_ROWS), G·H]. */
  readonly fewRecurrent: number;
  readonly steps: readonly [Step, Step];
  /** Places of a step on states that stand elsewhere. */
  readonly elsewhere: Step;
}

/** Places that layers share. */
export interface SharedPlaces {
  /** Inputs at even and at odd steps, [rows, I] each. */
  readonly inputs: number;
  /** A bias [G·H], and zeros in place of one. */
  readonly bias: number;
  readonly noBias: number;
  /** h's sums of many rows [rows, G·H], where they stand apart. */
  readonly manyRecurrent: number;
  /** A product before or after its normalisation [rows, G·H]. */
  readonly product: number;
}

/** The room itself, which lives as long as this is held, and what stands where in it. */
export interface BlockPlaces {
  readonly room: Tensor;
  readonly shared: SharedPlaces;
  readonly layers: readonly LayerPlacesInBlock[];
}

/** Takes room for a stack and up to `rows` rows; `own` says where each layer's cell finds its parameters. */
export function blockPlaces(
  layers: RecurrentStack,
  rows: number,
  own: readonly Readonly<Record<string, number>>[],
): BlockPlaces {
  const { device, numLayers, inputSize, hiddenSize, outputSize, zoneout } = layers;
  const cell = cellOf(layers);
  const { shape } = cell;
  const width = sumsWidth(cell);
  const { normalises = false, projects = false } = shape;
  let size = 0;
  const take = (elements: number, needed = true) => {
    const place = size;
    if (needed) size += Math.ceil(elements / ALIGNMENT) * ALIGNMENT;
    return needed ? place : undefined;
  };
  const always = (elements: number) => take(elements) as number;
  const sums = always(rows * width);
  const inputs = always(2 * rows * inputSize);
  const bias = always(width);
  const noBias = always(width);
  const manyRecurrent = take(rows * width, rows > FEW_ROWS && standsApart(shape));
  const product = take(rows * width, normalises);
  const statistics = take(2 * rows, normalises);
  const rooms = (shape.rooms ?? []).map((room) => [room.name, always(rows * room.width)] as const);
  const gated = take(rows * hiddenSize, shape.recurrent === "gated");
  const made = shape.states.map((state, index) =>
    index === 0
      ? take(rows * hiddenSize, projects || zoneout[0] > 0)
      : take(rows * state.width, zoneout[index] > 0),
  );
  const projected = take(rows * outputSize, projects && zoneout[0] > 0);
  const kept = Array.from({ length: numLayers }, () => ({
    fewRecurrent: always(Math.min(rows, FEW_ROWS) * width),
    // An entry of a state other than h is read before it is written, so that one place serves, unless zoneout wants both.
    states: shape.states.map((state, index) => {
      const even = always(rows * state.width);
      return [even, index === 0 || zoneout[index] > 0 ? always(rows * state.width) : even] as const;
    }),
  }));

  const room = device.lasting(() => zeros(device, [size]));
  const at = (place: number | undefined) => (place === undefined ? 0 : room.offset + place);
  const stepOf = (layer: number, odd: 0 | 1): Step => {
    const { states, fewRecurrent } = kept[layer];
    const names = { states: shape.states.map(({ name }) => name), rooms: rooms.map(([name]) => name) };
    const step = new Step(
      device,
      { batch: rows, hidden: hiddenSize, output: outputSize },
      { ...names, weights: own[layer] },
    );
    step.sums = at(sums);
    step.recurrent = at(fewRecurrent);
    step.recurrentStatistics = at(statistics);
    step.gated = at(gated);
    for (const [name, place] of rooms) (step.rooms as Record<string, number>)[name] = at(place);
    states.forEach((places, state) => {
      placeState(step, cell, state, at(places[odd]), at(places[1 - odd]), at(made[state]), at(projected));
    });
    return step;
  };
  return {
    room,
    shared: {
      inputs: at(inputs),
      bias: at(bias),
      noBias: at(noBias),
      manyRecurrent: at(manyRecurrent),
      product: at(product),
    },
    layers: kept.map(({ fewRecurrent }, layer) => ({
      fewRecurrent: at(fewRecurrent),
      steps: [stepOf(layer, 0), stepOf(layer, 1)],
      elsewhere: stepOf(layer, 0),
    })),
  };
}

/** Sets where one state is read and written; `made` and `projected` are 0 where the state after the step is what they would be. */
function placeState(
  step: Step,
  { shape }: Cell,
  state: number,
  before: number,
  after: number,
  made: number,
  projected: number,
): void {
  const places = step.stateList[state];
  places.before = before;
  places.after = after;
  places.made = made || after;
  places.kept = before;
  if (state > 0) return;
  if (shape.projects) places.kept = places.made as number;
  step.hRead = before;
  step.projected = shape.projects ? projected || after : (places.made as number);
}
