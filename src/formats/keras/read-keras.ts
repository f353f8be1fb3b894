import { UnrolledError } from "../../errors.ts";
import { Allowance } from "../allowance.ts";
import type { ForeignNetwork } from "../foreign-network.ts";
import type { Hdf5Object } from "../hdf5/hdf5-object.ts";
import { openHdf5 } from "../hdf5/open-hdf5.ts";
import { hasKeras3Weights, readKeras3Weights } from "./keras-3-weights.ts";
import { isRecord } from "./keras-fields.ts";
import { type KerasGraph, readKerasGraph } from "./keras-graph.ts";
import type { KerasWeights } from "./keras-weights.ts";
import { readLegacyWeights, textAttribute } from "./legacy-h5-weights.ts";
import { networkFromKeras, requireKnownLayers } from "./network-from-keras.ts";

const CALL = "readKeras";

/** How a Keras file is read. */
export interface ReadKerasOptions {
  /** What `model.to_json()` gave, for files that hold weights alone. */
  readonly config?: string;
  /** Bytes that may be made from the file; a few times its length if not given. */
  readonly maxBytes?: number;
}

/**
 * A network out of a file of Keras: `.h5` (a whole model, or weights alone with `config`) of Keras 1 to 3, or `.keras`.
 *
 * Read are SimpleRNN, LSTM, GRU (both forms of reset gate, and weights that CuDNNLSTM and CuDNNGRU saved), Bidirectional,
 * TimeDistributed, Embedding, Dense, Conv1D, LayerNormalization, Masking, activations, dropout, shapes and merges, in sequential and
 * in functional models. What only matters in training is left out, and `stateful` too: states are the caller's.
 *
 * @throws UnrolledError "invalid-file" that names all layers that are not read, or what is damaged
 */
export async function readKeras(bytes: Uint8Array, options: ReadKerasOptions = {}): Promise<ForeignNetwork> {
  const allowance = new Allowance(CALL, bytes.length, options.maxBytes);
  return readHdf5Model(openHdf5(bytes, allowance), allowance, options.config);
}

async function readHdf5Model(
  root: Hdf5Object,
  allowance: Allowance,
  givenConfig: string | undefined,
): Promise<ForeignNetwork> {
  const text = givenConfig ?? textAttribute(root, "model_config");
  if (text === undefined) {
    throw new UnrolledError(
      "invalid-file",
      `${CALL}: the file holds weights alone; what model.to_json() gave has to be given as config`,
    );
  }
  const model = parsedJson(text, "the model's configuration");
  const weightsGroup = root.member("model_weights") ?? root;
  const version =
    isRecord(model) && typeof model.keras_version === "string" ? model.keras_version : undefined;
  const kerasVersion =
    version ?? textAttribute(root, "keras_version") ?? textAttribute(weightsGroup, "keras_version") ?? "";
  const graph = readKerasGraph(CALL, model);
  requireKnownLayers(CALL, graph);
  const weights = await weightsOf(weightsGroup, graph);
  return networkFromKeras(allowance, graph, weights, kerasVersion);
}

async function weightsOf(group: Hdf5Object, graph: KerasGraph): Promise<KerasWeights> {
  return hasKeras3Weights(group)
    ? readKeras3Weights(CALL, group, graph.layers)
    : readLegacyWeights(CALL, group);
}

function parsedJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnrolledError("invalid-file", `${CALL}: ${what} is no JSON`);
  }
}
