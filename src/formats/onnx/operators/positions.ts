// RotaryEmbedding (Su et al. 2021): pairs of entries turned by an angle of their position. TensorScatter: steps written into a cache.
import type { Action, NodeContext, Operator } from "../operator.ts";
import { axisOf, describeValue, type OnnxValue, problem, requireFloats, spanOf } from "../value.ts";

/** What turning a pair takes. */
const TURN_STEPS = 4;

/** x [B, heads, S, D] or [B, S, heads · D]; pairs are neighbours (interleaved 1) or stand half the turned part apart. */
function prepareRotary({ attributes, machine }: NodeContext): Action {
  const interleaved = attributes.flag("interleaved");
  const givenHeads = attributes.int("num_heads", 0);
  const givenTurned = attributes.int("rotary_embedding_dim", 0);
  return ([x, cosines, sines, positions]) => {
    requireFloats(x, cosines, sines);
    const { dims, data } = x!;
    const isSplit = dims.length === 4;
    const heads = isSplit ? dims[1] : givenHeads;
    const batch = dims[0];
    const steps = isSplit ? dims[2] : dims[1];
    const width = isSplit ? dims[3] : dims[2] / heads;
    if ((!isSplit && dims.length !== 3) || !Number.isInteger(width)) {
      throw problem(`x is ${describeValue(x!)}, which has no ${heads} heads`);
    }
    const turned = givenTurned === 0 ? width : givenTurned;
    const half = turned / 2;
    const table = positions ? cosines!.dims[0] : batch * steps;
    const fits =
      Number.isInteger(half) &&
      turned <= width &&
      cosines!.data.length === table * half &&
      sines!.data.length === table * half &&
      (!positions || positions.data.length === batch * steps);
    if (!fits) {
      throw problem(
        `cosines are ${describeValue(cosines!)} and sines ${describeValue(sines!)}, which do not fit ${describeValue(x!)}`,
      );
    }
    const y = machine.make(x!.type, dims);
    y.data.set(data);
    machine.budget.entries(TURN_STEPS * data.length);
    const [headStride, stepStride] = isSplit ? [steps * width, width] : [width, heads * width];
    for (let b = 0; b < batch; b++) {
      for (let step = 0; step < steps; step++) {
        const place = b * steps + step;
        const row = positions ? positions.data[place] : place;
        if (!(row >= 0 && row < table)) throw problem(`a position is ${row}, needed one below ${table}`);
        for (let head = 0; head < heads; head++) {
          const start = b * heads * steps * width + head * headStride + step * stepStride;
          for (let pair = 0; pair < half; pair++) {
            const first = start + (interleaved ? 2 * pair : pair);
            const second = interleaved ? first + 1 : first + half;
            const [cosine, sine] = [cosines!.data[row * half + pair], sines!.data[row * half + pair]];
            y.data[first] = cosine * data[first] - sine * data[second];
            y.data[second] = sine * data[first] + cosine * data[second];
          }
        }
      }
    }
    return y;
  };
}

/** The cache with the update from a step of each sequence on, which begins anew at the end where mode is circular. */
function prepareTensorScatter({ attributes, machine }: NodeContext): Action {
  const axis = attributes.int("axis", -2);
  const circular = attributes.choice("mode", ["linear", "circular"], "linear") === "circular";
  return ([cache, update, starts]) => {
    const { dims, type } = cache!;
    const at = axisOf(axis, dims.length);
    const [batch, length, steps] = [dims[0], dims[at], update!.dims[at]];
    const firstOf = (row: number) => (starts ? starts.data[row] : 0);
    let startsFit = !starts || starts.data.length === batch;
    for (let row = 0; starts && row < starts.data.length; row++) {
      const first = starts.data[row];
      startsFit &&= first >= 0 && (circular ? first < length : first + steps <= length);
    }
    const fits =
      at > 0 &&
      update!.type === type &&
      update!.dims.length === dims.length &&
      update!.dims.every((own, a) => (a === at ? own <= length : own === dims[a])) &&
      startsFit &&
      (starts !== undefined || steps <= length);
    if (!fits) {
      throw problem(
        `the update ${describeValue(update!)} does not fit, with its write_indices, ${describeValue(cache!)}`,
      );
    }
    const y: OnnxValue = machine.make(type, dims);
    y.data.set(cache!.data);
    if (update!.data.length === 0) return y;
    machine.budget.entries(update!.data.length);
    const width = spanOf(dims, at + 1, dims.length);
    const rows = spanOf(dims, 0, at);
    for (let row = 0; row < rows; row++) {
      const first = firstOf(Math.floor(row / (rows / batch)));
      for (let step = 0; step < steps; step++) {
        const to = (row * length + ((first + step) % length)) * width;
        const from = (row * steps + step) * width;
        for (let index = 0; index < width; index++) y.data[to + index] = update!.data[from + index];
      }
    }
    return y;
  };
}

export const positionOperators: Readonly<Record<string, Operator>> = {
  RotaryEmbedding: { inputs: [3, 4], prepare: prepareRotary },
  TensorScatter: { inputs: [2, 3], prepare: prepareTensorScatter },
};
