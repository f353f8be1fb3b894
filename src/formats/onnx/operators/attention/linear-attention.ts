// LinearAttention (Katharopoulos et al. 2020; delta rule: Schlag et al. 2021; gated: Yang et al. 2024), with S [K, V] for each head:
//   S ← exp(g)·S, S ← S + k ⊗ β·(v − Sᵀk) or S ← S + k ⊗ v, o = scale·Sᵀq.
// CausalConvWithState: a convolution of each channel by itself over what came before.
import type { Action, NodeContext, Operator } from "../../operator.ts";
import { copied, describeValue, type OnnxValue, problem, requireFloats } from "../../value.ts";

const RULES = ["linear", "gated", "delta", "gated_delta"] as const;

/** What an exponential takes beside a product. */
const DECAY_STEPS = 8;

/** past_state, of both operators. */
const PAST = 3;

/** Says that a node has a state, and gives what a stream carries of it from call to call. */
function carriedBy(node: NodeContext) {
  const { machine, number } = node;
  // A state that comes in is the caller's, or another node's, to carry.
  node.recurrent({ carried: !node.given(PAST) || node.constant(PAST) !== undefined, causal: true });
  const stream = () => (machine.stream?.carries(number) ? machine.stream : undefined);
  return {
    before(given: OnnxValue | undefined, steps: number): OnnxValue | undefined {
      stream()?.reads(steps);
      return stream()?.states.get(number)?.h ?? given;
    },
    after: (state: OnnxValue) => stream()?.states.set(number, { h: copied(state) }),
  };
}

/** query [B, T, heads · K], key and value [B, T, shared · K or V]; several heads may read one state. */
function prepareLinearAttention(node: NodeContext): Action {
  const { attributes, machine } = node;
  const rule = attributes.choice("update_rule", RULES, "gated_delta");
  const decays = rule === "gated" || rule === "gated_delta";
  const corrects = rule === "delta" || rule === "gated_delta";
  const heads = attributes.int("q_num_heads", 0);
  const shared = attributes.int("kv_num_heads", 0);
  const givenScale = attributes.float("scale", 0);
  attributes.ignore("chunk_size");
  if (!(heads >= 1 && shared >= 1 && heads % shared === 0)) {
    throw problem(`q_num_heads is ${heads} and kv_num_heads ${shared}, needed a multiple of the other`);
  }
  const carried = carriedBy(node);
  return ([query, key, value, given, decay, beta]) => {
    requireFloats(query, key, value, given, decay, beta);
    const [batch, steps] = query!.dims;
    const past = carried.before(given, steps);
    const size = query!.dims[2] / heads;
    const width = value!.dims[2] / shared;
    const requireWidths = (given: OnnxValue | undefined, what: string, ...widths: readonly number[]) => {
      const fits =
        given?.dims.length === 3 &&
        given.dims[0] === batch &&
        given.dims[1] === steps &&
        widths.includes(given.dims[2]);
      if (!fits) {
        throw problem(
          `${what} is ${given ? describeValue(given) : "missing"}, needed [${batch}, ${steps}, ${widths.join(" or ")}]`,
        );
      }
    };
    requireWidths(query, "query", heads * Math.floor(size));
    requireWidths(key, "key", shared * size);
    requireWidths(value, "value", shared * Math.floor(width));
    if (decays) requireWidths(decay, "decay", shared * size, shared);
    if (corrects) requireWidths(beta, "beta", shared, 1);
    const stateDims = [batch, shared, size, width];
    if (past && past.dims.join() !== stateDims.join()) {
      throw problem(`past_state is ${describeValue(past)}, needed [${stateDims.join(", ")}]`);
    }
    const y = machine.make(query!.type, [batch, steps, heads * width]);
    const state = machine.make(past?.type ?? query!.type, stateDims);
    machine.budget.multiplyPlainly(
      batch * steps * (size * width * (3 * shared + heads) + DECAY_STEPS * shared * size),
    );
    // The state is held in float64 while the steps pass.
    const s = machine.make("float64", stateDims).data;
    if (past) s.set(past.data);
    const correction = machine.make("float64", [width]).data;
    const scale = givenScale === 0 ? 1 / Math.sqrt(size) : givenScale;
    for (let place = 0; place < batch * steps; place++) {
      const b = Math.floor(place / steps);
      for (let head = 0; head < shared; head++) {
        const start = (b * shared + head) * size * width;
        const keyStart = (place * shared + head) * size;
        const valueStart = (place * shared + head) * width;
        if (decays) {
          const perHead = decay!.dims[2] === shared && size !== 1;
          for (let row = 0; row < size; row++) {
            const factor = Math.exp(decay!.data[perHead ? place * shared + head : keyStart + row]);
            for (let column = 0; column < width; column++) s[start + row * width + column] *= factor;
          }
        }
        const rate = corrects ? beta!.data[beta!.dims[2] === 1 ? place : place * shared + head] : 1;
        for (let column = 0; column < width; column++) {
          let known = 0;
          if (corrects) {
            for (let row = 0; row < size; row++)
              known += s[start + row * width + column] * key!.data[keyStart + row];
          }
          correction[column] = rate * (value!.data[valueStart + column] - known);
        }
        for (let row = 0; row < size; row++) {
          for (let column = 0; column < width; column++) {
            s[start + row * width + column] += key!.data[keyStart + row] * correction[column];
          }
        }
      }
      for (let head = 0; head < heads; head++) {
        const start = (b * shared + Math.floor(head / (heads / shared))) * size * width;
        const from = (place * heads + head) * size;
        for (let column = 0; column < width; column++) {
          let sum = 0;
          for (let row = 0; row < size; row++)
            sum += s[start + row * width + column] * query!.data[from + row];
          y.data[(place * heads + head) * width + column] = scale * sum;
        }
      }
    }
    state.data.set(s);
    carried.after(state);
    return [y, state];
  };
}

/** x [B, C, L], weight [C, 1, K], past_state [B, C, K − 1], zeros if not given; the state after is what came last. */
function prepareCausalConvolution(node: NodeContext): Action {
  const { attributes, machine } = node;
  const activation = attributes.choice("activation", ["none", "silu", "swish"], "none");
  const carried = carriedBy(node);
  return ([x, weight, bias, given]) => {
    requireFloats(x, weight, bias, given);
    const [batch, channels, length] = x!.dims;
    const past = carried.before(given, length);
    const width = weight!.dims[2];
    const kept = width - 1;
    const fits =
      x!.dims.length === 3 &&
      weight!.dims.join() === [channels, 1, width].join() &&
      width >= 1 &&
      (!bias || bias.data.length === channels) &&
      (!past || past.dims.join() === [batch, channels, kept].join());
    if (!fits) {
      throw problem(
        `input is ${describeValue(x!)}, weight ${describeValue(weight!)}, past_state ${past ? describeValue(past) : "missing"}, which do not fit`,
      );
    }
    const y = machine.make(x!.type, x!.dims);
    const state = machine.make(x!.type, [batch, channels, kept]);
    machine.budget.multiplyPlainly(batch * channels * (length + 1) * width);
    for (let row = 0; row < batch * channels; row++) {
      const channel = row % channels;
      const entry = (at: number) =>
        at >= 0 ? x!.data[row * length + at] : past ? past.data[row * kept + kept + at] : 0;
      for (let step = 0; step < length; step++) {
        let sum = bias ? bias.data[channel] : 0;
        for (let tap = 0; tap < width; tap++)
          sum += weight!.data[channel * width + tap] * entry(step - kept + tap);
        y.data[row * length + step] = activation === "none" ? sum : sum / (1 + Math.exp(-sum));
      }
      for (let index = 0; index < kept; index++) {
        state.data[row * kept + index] = entry(length - kept + index);
      }
    }
    carried.after(state);
    return [y, state];
  };
}

export const linearAttentionOperators: Readonly<Record<string, Operator>> = {
  LinearAttention: { inputs: [3, 6], outputs: [1, 2], prepare: prepareLinearAttention },
  CausalConvWithState: { inputs: [2, 4], outputs: [1, 2], prepare: prepareCausalConvolution },
};
