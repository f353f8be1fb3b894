import type { Generator } from "../random/philox.ts";
import type { Device } from "../tensor/device.ts";
import type { Cell, CellWeights } from "./cell.ts";
import { Parameter, uniformParameter } from "./module.ts";

/** Names of a layer's parameters, PyTorch's where it has them. */
export type ParameterNames = Readonly<Record<keyof CellWeights<Parameter>, string>>;

/** The names with a suffix that tells layers and directions apart. */
export function parameterNames(suffix: string): ParameterNames {
  return {
    weightIh: `weight_ih${suffix}`,
    weightHh: `weight_hh${suffix}`,
    biasIh: `bias_ih${suffix}`,
    biasHh: `bias_hh${suffix}`,
    weightHr: `weight_hr${suffix}`,
    weightCh: `weight_ch${suffix}`,
    normIh: `norm_ih${suffix}.weight`,
    normHh: `norm_hh${suffix}.weight`,
    normC: `norm_c${suffix}.weight`,
    normCBias: `norm_c${suffix}.bias`,
  };
}

/** What the parameters of one layer in one direction are drawn for. */
export interface DrawnLayer {
  readonly cell: Cell;
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** P; none where h is not projected. */
  readonly projectionSize: number | undefined;
  readonly bias: "double" | "single" | "none";
  /** What the forget gate's bias begins at; drawn as the others are where none is given. */
  readonly forgetBias: number | undefined;
  readonly generator: Generator;
}

/**
 * Parameters of one layer in one direction, put into `weights` under their names: drawn evenly from ±1/√H, gains of normalisations
 * 1, what a normalisation of c adds 0.
 */
export function drawParameters(
  weights: Map<string, Parameter>,
  device: Device,
  names: ParameterNames,
  { cell, inputSize, hiddenSize, projectionSize, bias, forgetBias, generator }: DrawnLayer,
): void {
  const bound = 1 / Math.sqrt(hiddenSize);
  const width = cell.gates * hiddenSize;
  const put = (entry: keyof ParameterNames, parameter: Parameter) => weights.set(names[entry], parameter);
  const draw = (entry: keyof ParameterNames, shape: readonly number[]) =>
    put(entry, uniformParameter(device, shape, bound, generator));
  const gain = (entry: keyof ParameterNames, size: number) =>
    put(entry, new Parameter(device, [size]).assign(new Float32Array(size).fill(1)));
  draw("weightIh", [width, inputSize]);
  draw("weightHh", [width, projectionSize ?? hiddenSize]);
  if (bias !== "none") draw("biasIh", [width]);
  if (bias === "double") draw("biasHh", [width]);
  if (projectionSize !== undefined) draw("weightHr", [projectionSize, hiddenSize]);
  if (cell.peepholes) draw("weightCh", [cell.peepholes * hiddenSize]);
  if (cell.normalises) {
    gain("normIh", width);
    gain("normHh", width);
    gain("normC", hiddenSize);
    put("normCBias", new Parameter(device, [hiddenSize]));
  }
  if (forgetBias !== undefined) {
    const { biasIh, biasHh } = weightsNamed(weights, names);
    setBlock(biasIh, cell.forgetBlock ?? 0, hiddenSize, forgetBias);
    setBlock(biasHh, cell.forgetBlock ?? 0, hiddenSize, 0);
  }
}

function setBlock(bias: Parameter | undefined, block: number, size: number, value: number): void {
  if (!bias) return;
  bias.device.kernels.fill(bias.offset + block * size, value, size);
  bias.changed();
}

/** The parameters that `drawParameters` put there. */
export function weightsNamed(
  weights: ReadonlyMap<string, Parameter>,
  names: ParameterNames,
): CellWeights<Parameter> {
  return {
    weightIh: weights.get(names.weightIh)!,
    weightHh: weights.get(names.weightHh)!,
    biasIh: weights.get(names.biasIh),
    biasHh: weights.get(names.biasHh),
    weightHr: weights.get(names.weightHr),
    weightCh: weights.get(names.weightCh),
    normIh: weights.get(names.normIh),
    normHh: weights.get(names.normHh),
    normC: weights.get(names.normC),
    normCBias: weights.get(names.normCBias),
  };
}

/** Something made of each of a layer's weights, what it lacks left out. */
export function eachWeight<Entry, Made>(
  weights: CellWeights<Entry>,
  make: (weight: Entry) => Made,
): CellWeights<Made> {
  const entries = Object.entries<Entry | undefined>({ ...weights });
  return Object.fromEntries(
    entries.map(([name, weight]) => [name, weight === undefined ? undefined : make(weight)]),
  ) as unknown as CellWeights<Made>;
}
