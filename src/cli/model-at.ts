import { openPlace } from "#platform";
import { isHdf5 } from "../formats/hdf5/superblock.ts";
import { type ModelPlace, placeOfBytes } from "../open/model-place.ts";
import { type ModelData, type ReadModelOptions, readModel, saying } from "../open/read-model.ts";
import { requireKnownCell } from "./asked-cell.ts";
import type { ModelFacts } from "./facts/model-facts.ts";
import { holdStandardInput, readInput, STANDARD_INPUT } from "./standard-input.ts";

/** What lies at a path: a model's file or folder, read by the reader of its format. */
export async function modelAt(path: string, options: ReadModelOptions = {}): Promise<ModelData> {
  requireKnownCell(path);
  return readModel(await placeAt(path), options);
}

/** Where a path leads; "-" is standard input, which has nothing beside it. */
async function placeAt(path: string): Promise<ModelPlace> {
  if (path !== STANDARD_INPUT) return openPlace("openModel", path);
  await holdStandardInput(path);
  return { ...placeOfBytes("openModel", readInput(path), undefined), title: "standard input" };
}

/** The arrays of a file of Keras that holds weights alone, which is no model yet; undefined for whatever else lies there. */
export async function weightsAloneAt(
  path: string,
  options: ReadModelOptions,
): Promise<ModelFacts | undefined> {
  const { bytes, title } = await placeAt(path);
  if (!bytes || !isHdf5(bytes)) return undefined;
  const { weightsAlone } = await import("../formats/keras/weights-alone.ts");
  const arrays = await saying(title, async () => weightsAlone(bytes, options));
  if (!arrays) return undefined;
  const tensors = [...arrays].map(([name, shape]) => ({ name, shape }));
  const size = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
  return {
    format: "keras",
    parameters: tensors.reduce((sum, { shape }) => sum + size(shape), 0),
    inputs: [],
    outputs: [],
    tensors,
    problem: "the file holds weights alone; --keras-config FILE gives what model.to_json() gave",
  };
}
