// Attention (Vaswani et al. 2017), versions 23 and 24: Y = softmax(softcap(Q·Kᵀ·scale) + mask)·V for each head; keys and values of
// before (past) stand in front. Several heads of Q may share one of K and V.
import type { Machine } from "../../machine.ts";
import type { Action, NodeContext, Operator } from "../../operator.ts";
import { describeValue, type OnnxValue, problem, requireFloats, spanOf } from "../../value.ts";
import { broadcastStrides, copyStrided } from "../broadcast.ts";

/** What an exponential takes beside a product. */
const SOFTMAX_STEPS = 8;

/** What the fourth output holds. */
const RAW = 0;
const WITH_CAP = 1;
const WITH_MASK = 2;
const WEIGHTS = 3;

function prepareAttention(node: NodeContext): Action {
  const { attributes, machine } = node;
  const causal = attributes.flag("is_causal");
  const softcap = attributes.float("softcap", 0);
  const mode = attributes.int("qk_matmul_output_mode", RAW);
  const headsOfQ = attributes.int("q_num_heads", 0);
  const headsOfK = attributes.int("kv_num_heads", 0);
  const givenScale = attributes.has("scale") ? attributes.float("scale", 1) : undefined;
  attributes.ignore("softmax_precision");
  const wantsScores = node.wanted(3);
  return ([queries, keys, values, mask, pastKeys, pastValues, lengths]) => {
    requireFloats(queries, keys, values, pastKeys, pastValues);
    const q = inHeads(machine, queries!, headsOfQ);
    const k = withPast(machine, pastKeys, inHeads(machine, keys!, headsOfK));
    const v = withPast(machine, pastValues, inHeads(machine, values!, headsOfK));
    const [batch, heads, steps, size] = q.dims;
    const [, shared, total] = k.dims;
    const width = v.dims[3];
    const fits =
      k.dims[0] === batch &&
      k.dims[3] === size &&
      v.dims.slice(0, 3).join() === k.dims.slice(0, 3).join() &&
      heads % shared === 0;
    if (!fits) {
      throw problem(
        `Q is ${describeValue(queries!)}, K ${describeValue(keys!)} and V ${describeValue(values!)}, which do not fit`,
      );
    }
    if (lengths && lengths.data.length !== batch) {
      throw problem(`nonpad_kv_seqlen is ${describeValue(lengths)}, needed [${batch}]`);
    }
    const all = [batch, heads, steps, total];
    const maskAt = mask ? maskReader(mask, all) : undefined;
    const scale = givenScale ?? 1 / Math.sqrt(size);
    machine.budget.multiplyPlainly(spanOf(all, 0, 4) * (size + width + SOFTMAX_STEPS));
    const scores = wantsScores ? machine.make(q.type, all) : undefined;
    const y = machine.make(q.type, [batch, heads, steps, width]);
    const row = machine.make("float64", [total]).data;
    const pastSteps = pastKeys ? pastKeys.dims[2] : 0;
    for (let place = 0; place < batch * heads * steps; place++) {
      const b = Math.floor(place / (heads * steps));
      const head = Math.floor(place / steps) % heads;
      const step = place % steps;
      const kept = lengths ? lengths.data[b] : total;
      const offset = pastKeys || !lengths ? pastSteps : kept - steps;
      const from = (b * shared + Math.floor(head / (heads / shared))) * total;
      const keep = (at: number) => {
        if (scores && mode === at) for (let t = 0; t < total; t++) scores.data[place * total + t] = row[t];
      };
      for (let t = 0; t < total; t++) {
        let sum = 0;
        for (let index = 0; index < size; index++) {
          sum += q.data[place * size + index] * k.data[(from + t) * size + index];
        }
        row[t] = sum * scale;
      }
      keep(RAW);
      if (softcap > 0) for (let t = 0; t < total; t++) row[t] = softcap * Math.tanh(row[t] / softcap);
      keep(WITH_CAP);
      for (let t = 0; t < total; t++) {
        const hidden = t >= kept || (causal && t > step + offset);
        row[t] = hidden ? Number.NEGATIVE_INFINITY : row[t] + (maskAt ? maskAt(place, t) : 0);
      }
      keep(WITH_MASK);
      softmaxInPlace(row);
      keep(WEIGHTS);
      for (let t = 0; t < total; t++) {
        if (row[t] === 0) continue;
        for (let index = 0; index < width; index++) {
          y.data[place * width + index] += row[t] * v.data[(from + t) * width + index];
        }
      }
    }
    const joined = queries!.dims.length === 3 ? joinedHeads(machine, y) : y;
    return [joined, k, v, scores];
  };
}

/** [B, S, heads · D] as [B, heads, S, D]; what has four axes already is as it should be. */
function inHeads(machine: Machine, x: OnnxValue, heads: number): OnnxValue {
  if (x.dims.length === 4) return x;
  const [batch, steps, size] = x.dims;
  if (x.dims.length !== 3 || !(heads >= 1) || size % heads !== 0) {
    throw problem(`${describeValue(x)} has no ${heads} heads`);
  }
  const width = size / heads;
  const y = machine.make(x.type, [batch, heads, steps, width]);
  copyStrided(x.data, 0, [steps * size, width, size, 1], y.dims, y.data);
  return y;
}

/** [B, heads, S, D] as [B, S, heads · D]. */
function joinedHeads(machine: Machine, x: OnnxValue): OnnxValue {
  const [batch, heads, steps, width] = x.dims;
  const y = machine.make(x.type, [batch, steps, heads * width]);
  copyStrided(
    x.data,
    0,
    [heads * steps * width, width, steps * width, 1],
    [batch, steps, heads, width],
    y.data,
  );
  return y;
}

function withPast(machine: Machine, past: OnnxValue | undefined, x: OnnxValue): OnnxValue {
  if (!past) return x;
  const [batch, heads, steps, width] = x.dims;
  const before = past.dims[2];
  if (past.dims.join() !== [batch, heads, before, width].join() || past.type !== x.type) {
    throw problem(`what is past is ${describeValue(past)}, which does not fit ${describeValue(x)}`);
  }
  const y = machine.make(x.type, [batch, heads, before + steps, width]);
  for (let row = 0; row < batch * heads; row++) {
    const start = row * (before + steps) * width;
    y.data.set(past.data.subarray(row * before * width, (row + 1) * before * width), start);
    y.data.set(x.data.subarray(row * steps * width, (row + 1) * steps * width), start + before * width);
  }
  return y;
}

/** What a mask adds: its numbers, or −∞ where it is false; it may end before the last key, and hides what is behind. */
function maskReader(mask: OnnxValue, all: readonly number[]): (place: number, t: number) => number {
  const [, heads, steps, total] = all;
  const length = mask.dims[mask.dims.length - 1] ?? 1;
  const covered = length === 1 ? total : length;
  const missing = all.length - mask.dims.length;
  const fits =
    missing >= 0 &&
    covered <= total &&
    mask.dims.slice(0, -1).every((own, axis) => own === 1 || own === all[axis + missing]);
  if (!fits) throw problem(`attn_mask is ${describeValue(mask)}, which does not fit [${all.join(", ")}]`);
  const [batchStep, headStep, step, entry] = broadcastStrides(mask.dims, [...all.slice(0, 3), covered]);
  return (place, t) => {
    if (t >= covered) return Number.NEGATIVE_INFINITY;
    const at =
      Math.floor(place / (heads * steps)) * batchStep +
      (Math.floor(place / steps) % heads) * headStep +
      (place % steps) * step +
      t * entry;
    const value = mask.data[at];
    return mask.type === "bool" ? (value ? 0 : Number.NEGATIVE_INFINITY) : value;
  };
}

/** Where all is hidden, all weights are 0. */
function softmaxInPlace(row: OnnxValue["data"]): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let t = 0; t < row.length; t++) if (row[t] > largest) largest = row[t];
  if (largest === Number.NEGATIVE_INFINITY) {
    row.fill(0);
    return;
  }
  let sum = 0;
  for (let t = 0; t < row.length; t++) {
    row[t] = Math.exp(row[t] - largest);
    sum += row[t];
  }
  for (let t = 0; t < row.length; t++) row[t] /= sum;
}

export const attentionOperators: Readonly<Record<string, Operator>> = {
  Attention: { inputs: [3, 7], outputs: [1, 4], prepare: prepareAttention },
};
