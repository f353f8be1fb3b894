import { size, wholeNumber } from "../../options/field-checks.ts";
import { columns as columnsOf } from "../../tensor/operations/shapes.ts";
import { freshValue, type LayerKind } from "../layer-kind.ts";
import { changed } from "../mask.ts";
import { axesText, floats } from "../value-shape.ts";

/** Entries `start` to `end` (not included) along the last axis. */
export interface ColumnsLayerConfig {
  readonly kind: "columns";
  readonly start: number;
  readonly end: number;
}

export const columns: LayerKind<ColumnsLayerConfig, undefined> = {
  fields: { needed: { start: wholeNumber, end: size } },

  problems: ({ start, end }) =>
    start >= 0 && end > start
      ? []
      : [`start is ${start} and end ${end}, needed 0 or more, and more than start`],

  isStepwise: true,

  shape({ start, end }, [{ axes }]) {
    const last = axes[axes.length - 1];
    return typeof last === "number" && end <= last
      ? floats([...axes.slice(0, -1), end - start])
      : { problem: `reads ${axesText(axes)}, needed a last axis of at least ${end}` };
  },

  apply: ({ config: { start, end }, values: [value] }) => changed(value, columnsOf(value.tensor, start, end)),

  step(room, { config: { start, end }, read: [x], shapes: [{ axes }], width }) {
    const { kernels } = room.device;
    const value = freshValue(room, width);
    const all = axes[axes.length - 1] as number;
    const own = end - start;
    const each = x.width / all;
    return {
      value,
      run: (rows) => kernels.copyRows({ x: x.at + start, xRow: all, y: value.at, m: rows * each, n: own }),
    };
  },
};
