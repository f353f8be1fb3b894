import { naming, UnrolledError } from "../../errors.ts";
import type { NetworkData } from "../../networks/network-data.ts";
import { isRecord } from "../../options/field-checks.ts";
import { Allowance } from "../allowance.ts";
import { ByteReader } from "../byte-reader.ts";
import type { Hdf5Object } from "../hdf5/hdf5-object.ts";
import { openHdf5 } from "../hdf5/open-hdf5.ts";
import { isHdf5 } from "../hdf5/superblock.ts";
import { openZip } from "../zip.ts";
import { hasKeras3Weights, readKeras3Weights } from "./keras-3-weights.ts";
import { type KerasGraph, readKerasGraph } from "./keras-graph.ts";
import type { KerasWeights } from "./keras-weights.ts";
import { readLegacyWeights, textAttribute } from "./legacy-h5-weights.ts";
import { weightsInside } from "./nested-models.ts";
import { networkFromKeras, requireKnownLayers } from "./network-from-keras.ts";

const CALL = "readKeras";
/** What there is for models that are refused. */
const ARRAYS = "readKerasArrays gives all arrays of the file by name";
const CONFIG_FILE = "config.json";
const METADATA_FILE = "metadata.json";
const WEIGHTS_FILE = "model.weights.h5";

/** How a Keras file is read. */
export interface ReadKerasOptions {
  /** What `model.to_json()` gave, for files that hold weights alone. */
  readonly config?: string;
  /** Bytes that may be made from the file; a few times its length if not given. */
  readonly maxBytes?: number;
}

/**
 * A network out of a file of Keras: `.h5` (a whole model, or weights alone with `config`) of Keras 2 and 3, or `.keras`.
 *
 * Read are SimpleRNN, LSTM, GRU (both forms of reset gate, and weights that CuDNNLSTM and CuDNNGRU saved), Bidirectional,
 * TimeDistributed, Embedding, Dense, Conv1D, LayerNormalization, BatchNormalization, Attention, AdditiveAttention, MultiHeadAttention,
 * Masking, activations, dropout, shapes and merges, in sequential and in functional models, with masks. What only matters in training is left out, and `stateful` too: states are the caller's.
 *
 * @throws UnrolledError "invalid-file" that names all layers that are not read, or what is damaged
 */
export async function readKeras(bytes: Uint8Array, options: ReadKerasOptions = {}): Promise<NetworkData> {
  const allowance = new Allowance(CALL, bytes.length, options.maxBytes);
  if (isHdf5(bytes)) return readHdf5Model(openHdf5(bytes, allowance), allowance, options.config);
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return readArchive(bytes, allowance, options.config);
  throw new UnrolledError("invalid-file", {
    call: CALL,
    problem: "the file is neither HDF5 (.h5) nor a zip archive (.keras)",
  });
}

/** A `.keras` file: a zip archive of the configuration, what wrote it, and an HDF5 file of weights. */
async function readArchive(
  bytes: Uint8Array,
  allowance: Allowance,
  givenConfig: string | undefined,
): Promise<NetworkData> {
  const archive = openZip(new ByteReader(CALL, bytes), allowance);
  const text = async (name: string) => {
    const file = await archive.read(name);
    return new ByteReader(CALL, file).text(file.length, name);
  };
  const model = parsedJson(givenConfig ?? (await text(CONFIG_FILE)), CONFIG_FILE);
  const metadata = archive.has(METADATA_FILE) ? parsedJson(await text(METADATA_FILE), METADATA_FILE) : {};
  const version = isRecord(metadata) ? metadata.keras_version : undefined;
  const graph = readKerasGraph(CALL, model);
  requireKnownLayers(CALL, graph, ARRAYS);
  const root = openHdf5(await archive.read(WEIGHTS_FILE), allowance);
  const weights = await readKeras3Weights(CALL, root, graph.own);
  return networkFromKeras(allowance, graph, weights, typeof version === "string" ? version : "");
}

async function readHdf5Model(
  root: Hdf5Object,
  allowance: Allowance,
  givenConfig: string | undefined,
): Promise<NetworkData> {
  const text = givenConfig ?? textAttribute(root, "model_config");
  if (text === undefined) {
    throw new UnrolledError("invalid-file", {
      call: CALL,
      problem: "the file holds weights alone",
      advice: naming`what model.to_json() gave has to be given as ${{ option: "config" }}`,
    });
  }
  const model = parsedJson(text, "the model's configuration");
  const weightsGroup = root.member("model_weights") ?? root;
  const version =
    isRecord(model) && typeof model.keras_version === "string" ? model.keras_version : undefined;
  const kerasVersion =
    version ?? textAttribute(root, "keras_version") ?? textAttribute(weightsGroup, "keras_version") ?? "";
  if (/^[01]\./.test(kerasVersion))
    throw new UnrolledError("invalid-file", {
      call: CALL,
      problem: `the model was saved by Keras ${kerasVersion}, whose configurations are not read`,
      advice: `open and save it with Keras 2, or build its network yourself; ${ARRAYS}`,
    });
  const graph = readKerasGraph(CALL, model);
  requireKnownLayers(CALL, graph, ARRAYS);
  const weights = await weightsOf(weightsGroup, graph);
  return networkFromKeras(allowance, graph, weights, kerasVersion);
}

async function weightsOf(group: Hdf5Object, graph: KerasGraph): Promise<KerasWeights> {
  // A layer may be called as the newer layout's container is.
  const isLegacy = group.attributes.has("layer_names") || group.attributes.has("layer_names0");
  return !isLegacy && hasKeras3Weights(group)
    ? readKeras3Weights(CALL, group, graph.own)
    : weightsInside(await readLegacyWeights(CALL, group), graph.own);
}

function parsedJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnrolledError("invalid-file", { call: CALL, problem: `${what} is no JSON` });
  }
}
