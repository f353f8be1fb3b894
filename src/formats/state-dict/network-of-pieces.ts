import { naming, UnrolledError } from "../../errors.ts";
import type { StateDict } from "../../module/state-dict.ts";
import type {
  ActivationLayerName,
  LayerConfig,
  NetworkInput,
  NetworkLayer,
  Returns,
} from "../../networks/config.ts";
import { checkNetworkData, type NetworkData } from "../../networks/network-data.ts";
import { isBatchFirst, isRecurrent } from "../../networks/recurrent-axes.ts";
import { inputWidth, type PlacedPiece } from "./chain-order.ts";
import { complaintOf } from "./complaint.ts";

/** What stands between layers and is in no tensor. */
export interface BetweenPieces {
  readonly activations?: Readonly<Record<string, ActivationLayerName | "none">>;
  readonly returns?: Returns;
}

/**
 * Layers in the order they are run as a network, checked as a whole.
 *
 * @param call what error messages begin with
 */
export function networkOfPieces(
  call: string,
  placed: readonly PlacedPiece[],
  { activations = {}, returns = "sequence" }: BetweenPieces,
): NetworkData {
  const layers: NetworkLayer[] = [];
  const tensors: StateDict = {};
  const last = placed.findLast(({ config }) => isRecurrent(config));
  const input = inputOf(placed[0], last?.config);
  for (const [index, piece] of placed.entries()) {
    const { name, config } = piece;
    const inputs = [layers.at(-1)?.name ?? input.name];
    layers.push({
      name,
      inputs,
      config: isRecurrent(config) && piece === last ? { ...config, returns } : config,
    });
    for (const [own, tensor] of Object.entries(piece.tensors)) tensors[`${name}.${own}`] = tensor;
    const activation = activations[name] ?? (isUndecided(piece, placed[index + 1]) ? undefined : "none");
    if (!activation)
      throw complaintOf(call)(
        `${name} and ${placed[index + 1].name} are linear layers, and what is applied between them is in no tensor`,
        naming`give ${{ option: "activations", value: { [name]: "relu" } }}, another function or ${{ word: "none" }}`,
      );
    if (activation !== "none")
      layers.push({ name: `${name}.activation`, inputs: [name], config: { kind: "activation", activation } });
  }
  const outputs = [{ name: "output", from: (layers.at(-1) as NetworkLayer).name }];
  const data: NetworkData = { config: { inputs: [input], layers, outputs }, tensors };
  try {
    checkNetworkData(data);
  } catch (error) {
    if (error instanceof UnrolledError) throw error.within({ call });
    throw error;
  }
  return data;
}

/** Two linear layers in a row would be one, so something stands between them. */
function isUndecided(piece: PlacedPiece, next: PlacedPiece | undefined): boolean {
  return piece.config.kind === "linear" && next?.config.kind === "linear";
}

function inputOf({ config }: PlacedPiece, recurrent: LayerConfig | undefined): NetworkInput {
  const width = inputWidth(config);
  const isTimeFirst = recurrent && isRecurrent(recurrent) && !isBatchFirst(recurrent);
  const sequence = isTimeFirst ? (["T", "B"] as const) : (["B", "T"] as const);
  return width === undefined
    ? { name: "ids", axes: sequence, kind: "int" }
    : { name: "input", axes: [...sequence, width], kind: "float" };
}
