import { UnrolledError } from "../../errors.ts";
import type { NetworkData } from "../../networks/network-data.ts";
import { isRecord } from "../../options/field-checks.ts";
import { Allowance } from "../allowance.ts";
import { readKerasGraph } from "../keras/keras-graph.ts";
import { weightsInside } from "../keras/nested-models.ts";
import { networkFromKeras, requireKnownLayers } from "../keras/network-from-keras.ts";
import { shown } from "../shown.ts";
import { type ReadShard, readManifest } from "./weights-manifest.ts";

const CALL = "readTensorFlowJs";

/** How a model of TensorFlow.js is read. */
export interface ReadTensorFlowJsOptions {
  /** Bytes that may be made from the model; a few times the length of its files if not given. */
  readonly maxBytes?: number;
}

/**
 * A network out of a layers model of TensorFlow.js (`model.json` and the files of weights that it names), saved by TensorFlow.js
 * itself or converted from Keras. The layers are those that `readKeras` reads; weights are float32, or quantised to float16, uint16
 * or uint8.
 *
 * @param json the text of `model.json`
 * @param readShard gives the bytes of a file of weights by its path as `model.json` has it, always a plain relative one
 * @throws UnrolledError "invalid-file" that names all layers that are not read, or what is damaged
 */
export async function readTensorFlowJs(
  json: string,
  readShard: ReadShard,
  options: ReadTensorFlowJsOptions = {},
): Promise<NetworkData> {
  const invalid = (problem: string) => new UnrolledError("invalid-file", { call: CALL, problem });
  let file: unknown;
  try {
    file = JSON.parse(json);
  } catch {
    throw invalid("the file is no JSON");
  }
  if (!isRecord(file)) throw invalid(`the file holds ${shown(file)}, needed an object`);
  if (file.format === "graph-model")
    throw invalid("the file is a graph model; only layers models are read, which keep their layers");
  const topology = file.modelTopology;
  if (!isRecord(topology)) throw invalid(`modelTopology is ${shown(topology)}, needed an object`);
  // Models converted from Keras keep the whole of its file's attributes.
  const model = isRecord(topology.model_config) ? topology.model_config : topology;
  const graph = readKerasGraph(CALL, model);
  requireKnownLayers(CALL, graph);
  const version = typeof topology.keras_version === "string" ? topology.keras_version : "";
  const { shards, entries } = await readManifest(CALL, file.weightsManifest, readShard);
  const length = shards.reduce((sum, shard) => sum + shard.length, json.length);
  const allowance = new Allowance(CALL, length, options.maxBytes);
  const weights = entries(
    allowance,
    // Layers of models in it, too, may be named first.
    graph.own.flatMap(({ name, model }) => [name, ...(model?.layers ?? []).map(({ name }) => name)]),
  );
  return networkFromKeras(allowance, graph, weightsInside(weights, graph.own), version);
}
