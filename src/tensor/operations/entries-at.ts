import { needsRecord, record } from "../tape.ts";
import { sizeOf, Tensor } from "../tensor.ts";
import { deviceOf } from "./output.ts";
import { withTable } from "./table.ts";

/** One axis of what is read: its length, and the step in x from an entry to the next, which may be 0 or below. */
export interface EvenAxis {
  readonly length: number;
  readonly step: number;
}

/** Numbers or whole numbers of x from entry `start` on, at even steps along each axis, as a tensor of their own. */
export function entriesAt(
  x: Tensor,
  start: number,
  axes: readonly EvenAxis[],
  shape: readonly number[],
): Tensor {
  const whole = x instanceof Tensor && x.kind === "int";
  const device = whole ? deviceOf([], [x]) : deviceOf([x]);
  const y = new Tensor(device, device.allocate(sizeOf(shape)), shape, {
    kind: x.kind,
    requiresGrad: needsRecord([x]),
  });
  const layout = merged(axes);
  const rank = layout.length;
  const table = [...layout.map(({ length }) => length), ...layout.map(({ step }) => step)];
  withTable(device, table, (place) =>
    device.kernels.gatherSteps({ x: x.offset + start, layout: place, y: y.offset, rank }),
  );
  if (y.requiresGrad) {
    record([y], [x], [], () =>
      withTable(device, table, (place) =>
        device.kernels.scatterAddSteps(y.arrivedGradient(), place, x.gathered() + start, rank),
      ),
    );
  }
  return y;
}

/** The same walk over fewer axes: one axis where an outer one goes on where the inner one ends. There is one at least. */
function merged(axes: readonly EvenAxis[]): EvenAxis[] {
  const kept: EvenAxis[] = [];
  for (const axis of axes) {
    if (axis.length === 1) continue;
    const outer = kept.at(-1);
    if (outer?.step === axis.step * axis.length)
      kept[kept.length - 1] = { length: outer.length * axis.length, step: axis.step };
    else kept.push(axis);
  }
  return kept.length > 0 ? kept : [{ length: 1, step: 1 }];
}

/** The steps from an entry of a shape to the next along each axis. */
export function stepsOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}
