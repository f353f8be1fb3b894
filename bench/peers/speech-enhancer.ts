// A graph of GTCRN's size and making (Rong et al., "GTCRN: A Speech Enhancement Model Requiring Ultralow Computational Resources", 2024),
// with weights drawn at random: it reads one frame of a spectrum of 257 bands and its caches, and gives the frame without noise and the
// next caches. Bands are gathered into 129; two strided convolutions and three blocks of convolutions with a cache over frames lead to 33
// bands of 16 channels, which two pairs of grouped GRUs read along the bands and along the frames; the way back has transposed
// convolutions. 14 GRUs, 48,000 weights.
import { modelFile, type Numbers, type TestAttribute, type TestNode } from "../../test/onnx/build.ts";

const BANDS = 257;
const LOW = 65;
const HIGH = 64;
const CHANNELS = 16;
const HALF = CHANNELS / 2;
const WIDTH = 33;
const DILATIONS = [1, 2, 5] as const;
/** Frames that the blocks keep together: two for each step of dilation. */
const KEPT = 16;
const FURTHEST = 2 ** 31;

/** What a stream carries from frame to frame: inputs, their shapes, and the outputs that feed them. */
export const CACHES = [
  { name: "conv_cache", dims: [2, 1, CHANNELS, KEPT, WIDTH] },
  { name: "tra_cache", dims: [2, DILATIONS.length, 1, 1, CHANNELS] },
  { name: "inter_cache", dims: [2, 1, WIDTH, CHANNELS] },
] as const;

/** A frame: real and imaginary part of each band. */
export const FRAME = [1, BANDS, 1, 2] as const;

/** The model file. */
export function speechEnhancer(): {
  readonly file: Uint8Array;
  readonly weights: number;
  readonly grus: number;
} {
  const nodes: TestNode[] = [];
  const constants: Record<string, Numbers> = {};
  let [state, weights, made] = [1, 0, 0];
  const drawn = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const unique = (what: string) => `${what}_${made++}`;
  const weight = (dims: readonly number[], fanIn: number, middle = 0) => {
    const name = unique("w");
    const size = dims.reduce((product, length) => product * length, 1);
    weights += size;
    const data = Array.from({ length: size }, () => Math.fround(middle + drawn() / Math.sqrt(fanIn)));
    constants[name] = { type: "float32", dims, data };
    return name;
  };
  const list = (...data: number[]) => {
    const name = unique("i");
    constants[name] = { type: "int64", dims: [data.length], data };
    return name;
  };
  const nodeOf = (
    op: string,
    inputs: string[],
    outputs: string[],
    attributes: Record<string, TestAttribute>,
  ) => {
    nodes.push({ op, name: unique(op), inputs, outputs, attributes });
    return outputs;
  };
  const one = (op: string, inputs: string[], attributes: Record<string, TestAttribute> = {}) =>
    nodeOf(op, inputs, [unique(op.toLowerCase())], attributes)[0];
  const slice = (x: string, axis: number, from: number, to: number) =>
    one("Slice", [x, list(from), list(to), list(axis)]);
  const transpose = (x: string, ...perm: number[]) => one("Transpose", [x], { perm: { ints: perm } });
  const concat = (axis: number, ...xs: string[]) => one("Concat", xs, { axis: { i: axis } });
  const reshape = (x: string, ...dims: number[]) => one("Reshape", [x, list(...dims)]);
  const halves = (x: string, axis: number) =>
    nodeOf("Split", [x, list(HALF, HALF)], [unique("left"), unique("right")], { axis: { i: axis } });
  const prelu = (x: string) => one("PRelu", [x, weight([1], 16, 0.25)]);
  const linear = (x: string, from: number, to: number) =>
    one("Add", [one("MatMul", [x, weight([from, to], from)]), weight([to], from)]);

  /** Each band with its neighbours: [1, C, 1, F] to [1, 3C, 1, F]. */
  const unfold = (x: string, channels: number, width: number) => {
    const name = unique("neighbours");
    const data = [0, 1, 2].flatMap((shift) => Array.from({ length: width }, (_, band) => band + shift));
    constants[name] = { type: "int64", dims: [3, width], data };
    const padded = one("Pad", [x, list(0, 0, 0, 1, 0, 0, 0, 1)]);
    const gathered = one("Gather", [padded, name], { axis: { i: 3 } });
    return reshape(transpose(gathered, 0, 1, 3, 2, 4), 1, 3 * channels, 1, width);
  };
  interface Convolution {
    readonly from: number;
    readonly to: number;
    readonly kernel: readonly [number, number];
    readonly strides?: readonly number[];
    readonly dilations?: readonly number[];
    /** Padding of frames and of bands, on each side. */
    readonly pads?: readonly [number, number];
    readonly groups?: number;
    readonly transposed?: boolean;
  }
  const convolution = (x: string, { from, to, kernel, groups = 1, ...more }: Convolution) => {
    const { strides = [1, 1], dilations = [1, 1], pads = [0, 0], transposed = false } = more;
    const dims = transposed ? [from, to / groups, ...kernel] : [to, from / groups, ...kernel];
    const fanIn = (from / groups) * kernel[0] * kernel[1];
    return one(transposed ? "ConvTranspose" : "Conv", [x, weight(dims, fanIn), weight([to], fanIn)], {
      kernel_shape: { ints: kernel },
      strides: { ints: strides },
      dilations: { ints: dilations },
      pads: { ints: [...pads, ...pads] },
      group: { i: groups },
    });
  };
  const gru = (x: string, h: string, from: number, hidden: number, directions: 1 | 2) =>
    nodeOf(
      "GRU",
      [
        x,
        weight([directions, 3 * hidden, from], hidden),
        weight([directions, 3 * hidden, hidden], hidden),
        weight([directions, 6 * hidden], hidden),
        "",
        h,
      ],
      [unique("ys"), unique("h")],
      {
        hidden_size: { i: hidden },
        linear_before_reset: { i: 1 },
        direction: { s: directions === 2 ? "bidirectional" : "forward" },
      },
    );

  /** A block on the way in (side 0) or back (side 1): half of the channels see their neighbours and the frames before. */
  const block = (x: string, side: 0 | 1, index: number, caches: { conv: string[]; tra: string[] }) => {
    const transposed = side === 1;
    const place = side === 0 ? index : DILATIONS.length - 1 - index;
    const dilation = DILATIONS[place];
    const start = DILATIONS.slice(0, place).reduce((sum, each) => sum + 2 * each, 0);
    const [left, right] = halves(x, 1);
    const unfolded = unfold(left, HALF, WIDTH);
    const wide = prelu(convolution(unfolded, { from: 3 * HALF, to: CHANNELS, kernel: [1, 1], transposed }));
    const before = slice(
      one("Squeeze", [slice("conv_cache", 0, side, side + 1), list(0)]),
      2,
      start,
      start + 2 * dilation,
    );
    const frames = concat(2, before, wide);
    caches.conv[place] = slice(frames, 2, 1, FURTHEST);
    const deep = prelu(
      convolution(frames, {
        from: CHANNELS,
        to: CHANNELS,
        kernel: [3, 3],
        dilations: [dilation, 1],
        pads: [transposed ? 2 * dilation : 0, 1],
        groups: CHANNELS,
        transposed,
      }),
    );
    const narrow = convolution(deep, { from: CHANNELS, to: HALF, kernel: [1, 1], transposed });
    const energy = one("ReduceMean", [one("Mul", [narrow, narrow])], {
      axes: { ints: [3] },
      keepdims: { i: 0 },
    });
    const h = reshape(slice(slice("tra_cache", 0, side, side + 1), 1, place, place + 1), 1, 1, CHANNELS);
    const [ys, next] = gru(transpose(energy, 2, 0, 1), h, HALF, CHANNELS, 1);
    caches.tra[place] = reshape(next, 1, 1, 1, 1, CHANNELS);
    const share = one("Sigmoid", [linear(one("Squeeze", [ys, list(1)]), CHANNELS, HALF)]);
    const kept = one("Mul", [narrow, reshape(transpose(share, 1, 2, 0), 1, HALF, 1, 1)]);
    const pairs = concat(2, one("Unsqueeze", [kept, list(2)]), one("Unsqueeze", [right, list(2)]));
    return reshape(pairs, 1, CHANNELS, 1, WIDTH);
  };
  const normalised = (x: string, added: string) =>
    one("Add", [
      added,
      one("LayerNormalization", [x, weight([WIDTH, CHANNELS], 100, 1), weight([WIDTH, CHANNELS], 100)], {
        axis: { i: -2 },
      }),
    ]);
  /** GRUs along the bands, both ways, then along the frames, each for half of the channels: [1, C, 1, F] to the same. */
  const alongBandsAndFrames = (x: string, index: number, next: string[]) => {
    const bands = transpose(x, 0, 2, 3, 1);
    const rows = transpose(reshape(bands, 1, WIDTH, CHANNELS), 1, 0, 2);
    const both = halves(rows, 2).map((half) => {
      const [ys] = gru(half, "", HALF, HALF / 2, 2);
      return reshape(transpose(ys, 0, 2, 1, 3), WIDTH, 1, HALF);
    });
    const intra = linear(transpose(concat(2, ...both), 1, 0, 2), CHANNELS, CHANNELS);
    const within = normalised(reshape(intra, 1, 1, WIDTH, CHANNELS), bands);
    const cache = one("Squeeze", [slice("inter_cache", 0, index, index + 1), list(0)]);
    const frames = transpose(reshape(within, 1, WIDTH, CHANNELS), 0, 1, 2);
    const states = halves(cache, 2);
    const over = halves(frames, 2).map((half, part) => {
      const [ys, h] = gru(half, states[part], HALF, HALF, 1);
      return { ys: one("Squeeze", [ys, list(1)]), h };
    });
    next[index] = one("Unsqueeze", [concat(2, ...over.map(({ h }) => h)), list(0)]);
    const inter = linear(concat(2, ...over.map(({ ys }) => ys)), CHANNELS, CHANNELS);
    return transpose(normalised(reshape(inter, 1, 1, WIDTH, CHANNELS), within), 0, 3, 1, 2);
  };

  const [real, imaginary] = [0, 1].map((part) =>
    reshape(transpose(slice("mix", 3, part, part + 1), 0, 3, 2, 1), 1, 1, 1, BANDS),
  );
  const squares = [real, imaginary].map((part) => one("Mul", [part, part]));
  const size = one("Sqrt", [one("Add", [one("Add", squares), weight([1], 1e12, 1e-6)])]);
  const spectrum = concat(1, size, real, imaginary);
  const gathered = one("MatMul", [slice(spectrum, 3, LOW, BANDS), weight([BANDS - LOW, HIGH], BANDS - LOW)]);
  const narrow = concat(3, slice(spectrum, 3, 0, LOW), gathered);
  const strided = { kernel: [1, 5], strides: [1, 2], pads: [0, 2] } as const;
  const first = prelu(convolution(unfold(narrow, 3, LOW + HIGH), { ...strided, from: 9, to: CHANNELS }));
  const second = prelu(convolution(first, { ...strided, from: CHANNELS, to: CHANNELS, groups: 2 }));
  const skips = [first, second];
  const next = { conv: [[], []] as string[][], tra: [[], []] as string[][], inter: [] as string[] };
  let x = second;
  for (const index of DILATIONS.keys()) {
    x = block(x, 0, index, { conv: next.conv[0], tra: next.tra[0] });
    skips.push(x);
  }
  for (const index of [0, 1]) x = alongBandsAndFrames(x, index, next.inter);
  for (const index of DILATIONS.keys())
    x = block(one("Add", [x, skips.pop()!]), 1, index, { conv: next.conv[1], tra: next.tra[1] });
  const back = { ...strided, transposed: true } as const;
  x = prelu(convolution(one("Add", [x, skips.pop()!]), { ...back, from: CHANNELS, to: CHANNELS, groups: 2 }));
  const mask = one("Tanh", [convolution(one("Add", [x, skips.pop()!]), { ...back, from: CHANNELS, to: 2 })]);
  const spread = one("MatMul", [slice(mask, 3, LOW, LOW + HIGH), weight([HIGH, BANDS - LOW], HIGH)]);
  const whole = concat(3, slice(mask, 3, 0, LOW), spread);
  const [a, b] = [0, 1].map((part) => slice(whole, 1, part, part + 1));
  const product = (left: string, right: string) => one("Mul", [left, right]);
  const cleaned = concat(
    1,
    one("Sub", [product(real, a), product(imaginary, b)]),
    one("Add", [product(imaginary, a), product(real, b)]),
  );
  nodeOf("Transpose", [cleaned], ["enhanced"], { perm: { ints: [0, 3, 2, 1] } });
  const sides = next.conv.map((each) => one("Unsqueeze", [concat(2, ...each), list(0)]));
  nodeOf("Concat", sides, ["conv_cache_out"], { axis: { i: 0 } });
  nodeOf(
    "Concat",
    next.tra.map((each) => concat(1, ...each)),
    ["tra_cache_out"],
    { axis: { i: 0 } },
  );
  nodeOf("Concat", next.inter, ["inter_cache_out"], { axis: { i: 0 } });

  const floats = (name: string, dims: readonly number[]) => ({ name, type: "float32", dims }) as const;
  const inputs = [floats("mix", FRAME), ...CACHES.map(({ name, dims }) => floats(name, dims))];
  const outputs = [floats("enhanced", FRAME), ...CACHES.map(({ name, dims }) => floats(`${name}_out`, dims))];
  const file = modelFile({ nodes, inputs, outputs, constants }, 17, {});
  return { file, weights, grus: nodes.filter(({ op }) => op === "GRU").length };
}
