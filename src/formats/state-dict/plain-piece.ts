// PyTorch's layers without a loop: nn.Embedding (weight [V, E]), nn.Linear (weight [out, in], bias [out] or none) and nn.LayerNorm
// (weight and bias [N]).
import type { StateDict } from "../../module/state-dict.ts";
import type { LayerConfig } from "../../networks/config.ts";
import type { Piece } from "./piece.ts";

/** What a matrix without a bias is called by those who mean one or the other. */
const EMBEDDINGS = /(^|[._])(emb\w*|encoder|wte|lookup|lut)$/i;
const LINEARS = /(^|[._])(decoder|head|fc\w*|linear\w*|dense\w*|out\w*|proj\w*|classifier|lm_head)$/i;
/** PyTorch's default; a state dictionary does not hold it. */
const EPSILON = 1e-5;

/** A layer by its names and shapes; undefined where they are those of none. */
export function plainPiece(
  name: string,
  group: StateDict,
  kind: "embedding" | "linear" | undefined,
  epsilon = EPSILON,
): Piece | undefined {
  const { weight, bias, ...others } = group;
  if (!weight || Object.keys(others).length > 0) return undefined;
  const { shape } = weight;
  if (shape.some((size) => size === 0)) return undefined;
  const readings: LayerConfig[] = [];
  const [first, second] = shape;
  if (shape.length === 2) {
    const mayBe = (what: "embedding" | "linear", other: RegExp) =>
      kind ? kind === what : !(what === "embedding" && bias) && (bias || !other.test(name));
    if (mayBe("embedding", LINEARS))
      readings.push({ kind: "embedding", vocabularySize: first, size: second });
    if (mayBe("linear", EMBEDDINGS))
      readings.push({ kind: "linear", inputSize: second, outputSize: first, bias: bias !== undefined });
  }
  if (shape.length === 1 && bias?.shape.length === 1)
    readings.push({ kind: "layer-norm", size: first, epsilon });
  return readings.length > 0 ? { name, readings, tensors: group } : undefined;
}
