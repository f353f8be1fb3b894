// How first weights are drawn. fanIn and fanOut are the inputs and outputs of a unit: of a weight [N, K, …] K and N times what is behind them.
//   xavier     deviation = gain · √(2 / (fanIn + fanOut))    Glorot & Bengio 2010
//   kaiming    deviation = gain · √(2 / fan)                 He, Zhang, Ren & Sun 2015
//   orthogonal rows, or columns, of length gain at right angles to one another    Saxe, McClelland & Ganguli 2014
import { UnrolledError } from "../errors.ts";
import type { Generator } from "../random/philox.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";
import { isWhole } from "../whole-numbers.ts";
import { orthogonalRows } from "./orthogonal.ts";

/** What a matrix may be made of: gates one below the other, each of which is drawn by itself. */
interface Blocks {
  /** How many matrices of equal size stand one below the other, such as 4 in an LSTM's weights, 3 in a GRU's; 1 if not given. */
  readonly blocks?: number;
  /** What the numbers are multiplied by; 1 if not given. */
  readonly gain?: number;
}

/** How a parameter is filled, as plain data. */
export type Initialiser =
  | { readonly kind: "zeros" | "ones" }
  | { readonly kind: "constant"; readonly value: number }
  /** Evenly from [low, high); −1 and 1 if not given. */
  | { readonly kind: "uniform"; readonly low?: number; readonly high?: number }
  /** Mean 0 and standard deviation 1 if not given. */
  | { readonly kind: "normal"; readonly mean?: number; readonly deviation?: number }
  | (Blocks & { readonly kind: "xavier"; readonly distribution?: "uniform" | "normal" })
  | (Blocks & {
      readonly kind: "kaiming";
      readonly distribution?: "uniform" | "normal";
      /** Which fan keeps its variance: that of the way forward, `in` (the default), or of the way back. */
      readonly fan?: "in" | "out";
    })
  | (Blocks & { readonly kind: "orthogonal" })
  /** 1 where row and column are the same. */
  | (Blocks & { readonly kind: "identity" });

/**
 * Overwrites a parameter, or any tensor of numbers, of any shape; xavier, kaiming, orthogonal and identity need a matrix [N, K] or more axes.
 * Random numbers come from the generator, its device's if none is given. Returns the tensor.
 *
 * @throws UnrolledError "invalid-argument" for an unknown kind or numbers that are none, "shape-mismatch" for a tensor without the axes
 * that the kind needs, or rows that cannot be divided into the blocks
 */
export function initialise<Filled extends Tensor>(
  parameter: Filled,
  initialiser: Initialiser,
  generator: Generator = parameter.device.generator,
): Filled {
  const numbers = new Float64Array(parameter.size);
  const fill = (draw: () => number) => {
    for (let index = 0; index < numbers.length; index++) numbers[index] = draw();
  };
  const around = (deviation: number, distribution: "uniform" | "normal" = "uniform") => {
    const bound = deviation * Math.sqrt(3);
    fill(
      distribution === "normal"
        ? () => generator.normal(0, deviation)
        : () => generator.uniformBetween(-bound, bound),
    );
  };
  switch (initialiser.kind) {
    case "zeros":
      break;
    case "ones":
      fill(() => 1);
      break;
    case "constant": {
      const value = finite("value", initialiser.value);
      fill(() => value);
      break;
    }
    case "uniform": {
      const [low, high] = [finite("low", initialiser.low ?? -1), finite("high", initialiser.high ?? 1)];
      fill(() => generator.uniformBetween(low, high));
      break;
    }
    case "normal": {
      const mean = finite("mean", initialiser.mean ?? 0);
      const deviation = finite("deviation", initialiser.deviation ?? 1);
      fill(() => generator.normal(mean, deviation));
      break;
    }
    case "xavier": {
      const { fanIn, fanOut, gain } = matrixOf(parameter, initialiser);
      around(gain * Math.sqrt(2 / (fanIn + fanOut)), initialiser.distribution);
      break;
    }
    case "kaiming": {
      const { fanIn, fanOut, gain } = matrixOf(parameter, initialiser);
      around(gain * Math.sqrt(2 / (initialiser.fan === "out" ? fanOut : fanIn)), initialiser.distribution);
      break;
    }
    case "orthogonal": {
      const { blocks, rows, columns, gain } = matrixOf(parameter, initialiser);
      for (let block = 0; block < blocks; block++) {
        const drawn = orthogonalRows(rows, columns, () => generator.normal());
        for (let at = 0; at < drawn.length; at++) numbers[block * rows * columns + at] = gain * drawn[at];
      }
      break;
    }
    case "identity": {
      const { blocks, rows, columns, gain } = matrixOf(parameter, initialiser);
      for (let block = 0; block < blocks; block++)
        for (let at = 0; at < Math.min(rows, columns); at++)
          numbers[block * rows * columns + at * columns + at] = gain;
      break;
    }
    default:
      throw new UnrolledError("invalid-argument", {
        call: "initialise",
        subject: "kind",
        got: String((initialiser as { readonly kind?: unknown } | undefined)?.kind),
        needed: "zeros, ones, constant, uniform, normal, xavier, kaiming, orthogonal or identity",
      });
  }
  return parameter.assign(numbers);
}

/** A parameter as blocks of matrices. */
function matrixOf({ shape, size }: Tensor, { blocks = 1, gain = 1 }: Blocks) {
  const [all, inputs, ...behind] = shape;
  if (inputs === undefined || !isWhole(blocks, 1) || all % blocks !== 0) {
    throw new UnrolledError("shape-mismatch", {
      call: "initialise",
      problem: `a tensor of shape ${shapeText(shape)} is no ${blocks} ${blocks === 1 ? "matrix" : "matrices"} one below the other`,
    });
  }
  const places = behind.reduce((product, length) => product * length, 1);
  const rows = all / blocks;
  const columns = size / all;
  return { blocks, rows, columns, fanIn: inputs * places, fanOut: rows * places, gain: finite("gain", gain) };
}

function finite(name: string, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new UnrolledError("invalid-argument", {
    call: "initialise",
    subject: name,
    got: String(value),
    needed: "a finite number",
  });
}
