// A convolution in a recording: as convolve.ts, between places of the heap by kernels alone, with the same bits.
import type { Recording } from "../../recording.ts";
import type { Call, Phase, PhaseWeights } from "./convolve.ts";

export function convolveOnPlaces(
  recording: Recording,
  call: Call,
  phases: readonly Phase[],
  weights: readonly PhaseWeights[],
): void {
  if (weights[0].packs) byProducts(recording, call, phases, weights);
  else byDots(recording, call, phases, weights);
}

/** One filter reads a group's channels: its weights times what the places of an output name. */
function byDots(
  recording: Recording,
  { x, y, b, batch, groups, perGroup, size }: Call,
  phases: readonly Phase[],
  weights: readonly PhaseWeights[],
): void {
  const { kernels, numbers } = recording;
  const all = phases.reduce((rows, { outputs }) => rows + outputs.length, 0);
  for (let image = 0; image < batch; image++) {
    const to = y.place! + image * groups * size.output;
    // Outputs that no entry of the kernel reaches have the bias alone.
    if (all < size.output && b) {
      const layout = numbers([groups, size.output, 1, 0]);
      kernels.gatherSteps({ x: b.place!, layout, y: to, rank: 2 });
    } else if (all < size.output) kernels.fill(to, 0, groups * size.output);
    phases.forEach(({ outputs, sources }, index) => {
      const { numbers: own, width } = weights[index];
      const placed = recording.floats(own);
      kernels.gatherDots({
        x: x.place! + image * groups * perGroup * size.input,
        places: numbers(sources),
        weights: placed,
        bias: b?.place ?? 0,
        outputs: all < size.output || phases.length > 1 ? numbers(outputs) : 0,
        y: to,
        groups,
        channels: perGroup,
        size: size.input,
        entries: width / perGroup,
        rows: outputs.length,
        positions: size.output,
      });
    });
  }
}

/** Rows of what lies under the kernel times packed weights [rows, filters], which then go to their outputs. */
function byProducts(
  recording: Recording,
  { x, y, b, batch, groups, perGroup, perFilter, size }: Call,
  phases: readonly Phase[],
  weights: readonly PhaseWeights[],
): void {
  const { kernels, numbers } = recording;
  const filters = groups * perFilter;
  const all = phases.reduce((rows, { outputs }) => rows + outputs.length, 0);
  // A row more holds the bias alone.
  const products = recording.temporary((all + 1) * filters);
  const rowOf = new Int32Array(size.output).fill(all);
  let first = 0;
  for (const { outputs } of phases) {
    outputs.forEach((output, row) => {
      rowOf[output] = first + row;
    });
    first += outputs.length;
  }
  const table = numbers(
    Array.from({ length: filters }, (_, filter) => Array.from(rowOf, (row) => row * filters + filter)).flat(),
  );
  if (b) kernels.copyRows({ x: b.place!, y: products + all * filters, n: filters });
  else kernels.fill(products + all * filters, 0, filters);
  const patches = recording.temporary(
    Math.max(...phases.map((phase, index) => phase.outputs.length * weights[index].width)),
  );
  for (let image = 0; image < batch; image++) {
    let to = products;
    phases.forEach(({ outputs, sources }, index) => {
      const { width, packs } = weights[index];
      const rows = outputs.length;
      const places =
        sources instanceof Int32Array ? numbers(rowsUnder(sources, rows, perGroup, size.input)) : 0;
      for (let group = 0; group < groups && rows > 0; group++) {
        const from = x.place! + (image * groups + group) * perGroup * size.input;
        if (places !== 0)
          kernels.gatherRows({
            table: from,
            ids: places,
            ys: patches,
            n: rows * width,
            width: 1,
            rows: perGroup * size.input,
          });
        const [aRow, aCol] = sources instanceof Int32Array ? [width, 1] : sources;
        kernels.gemm({
          a: places === 0 ? from : patches,
          aRow,
          aCol,
          packed: packs![group].offset,
          bias: b ? b.place! + group * perFilter : 0,
          c: to + group * perFilter,
          cRow: filters,
          m: rows,
          n: perFilter,
          k: width,
        });
      }
      to += rows * filters;
    });
    kernels.gatherRows({
      table: products,
      ids: table,
      ys: y.place! + image * filters * size.output,
      n: filters * size.output,
      width: 1,
      rows: (all + 1) * filters,
    });
  }
}

/** For each row its entries' places in all channels of a group; −1 is padding. */
function rowsUnder(sources: Int32Array, rows: number, channels: number, size: number): Int32Array {
  const entries = sources.length / Math.max(1, rows);
  const places = new Int32Array(sources.length * channels);
  let at = 0;
  for (let row = 0; row < rows; row++)
    for (let channel = 0; channel < channels; channel++)
      for (let entry = 0; entry < entries; entry++) {
        const source = sources[row * entries + entry];
        places[at++] = source < 0 ? -1 : channel * size + source;
      }
  return places;
}
