// An ONNX file that the model of a task was written to, opened as that model again: by what stands in its metadata.

import { UnrolledError } from "../errors.ts";
import { exportedTensors } from "../formats/onnx/exported-tensors.ts";
import { type ModelProto, readModelProto } from "../formats/onnx/model-proto.ts";
import type { MadeBy } from "../models/network-files.ts";
import { NetworkModel } from "../models/network-model.ts";
import type { StateDict } from "../module/state-dict.ts";
import { checkNetworkConfig } from "../networks/check-config.ts";
import type { NetworkConfig } from "../networks/config.ts";
import { networkFrom } from "../networks/network-data.ts";
import { isRecord } from "../options/field-checks.ts";
import type { Device } from "../tensor/device.ts";

/** The keys of the metadata. */
const NETWORK_METADATA = "unrolled.network";
const TASK_METADATA = "unrolled.task";
const CRF_METADATA = "unrolled.crf";

/** The model, with the task and the options that it was made with. */
export function exportedTask(
  call: string,
  device: Device,
  bytes: Uint8Array,
  metadata: ReadonlyMap<string, string>,
  bounds: { readonly maxBytes?: number | undefined },
): NetworkModel {
  const config = checkNetworkConfig(json(call, metadata, NETWORK_METADATA));
  const {
    task,
    options,
    training = {},
  } = json(call, metadata, TASK_METADATA) as {
    readonly task?: unknown;
    readonly options?: unknown;
    readonly training?: unknown;
  };
  if (typeof task !== "string" || !isRecord(options) || !isRecord(training)) throw wrong(call, TASK_METADATA);
  const proto: ModelProto = readModelProto(call, bytes, bounds);
  const tensors = exportedTensors(call, config, proto, crfScores(call, config, metadata));
  const madeBy: MadeBy = { task, options: { ...options, network: config }, training };
  return new NetworkModel(networkFrom(device, { config, tensors }), { format: "network", madeBy });
}

/** The scores of a CRF, which stand beside the graph. */
function crfScores(call: string, config: NetworkConfig, metadata: ReadonlyMap<string, string>): StateDict {
  const layer = config.layers.find(({ config: { kind } }) => kind === "crf");
  if (!layer) return {};
  const { transitions, start, end } = json(call, metadata, CRF_METADATA) as Record<string, unknown>;
  const numbers = (value: unknown) => {
    const flat = Array.isArray(value) ? value.flat() : [];
    if (flat.length === 0 || !flat.every((each) => typeof each === "number")) throw wrong(call, CRF_METADATA);
    return Float32Array.from(flat);
  };
  const [moves, first, last] = [transitions, start, end].map(numbers);
  const K = first.length;
  return {
    [`${layer.name}.transitions`]: { shape: [K, K], data: moves },
    [`${layer.name}.start`]: { shape: [K], data: first },
    [`${layer.name}.end`]: { shape: [K], data: last },
  };
}

function json(call: string, metadata: ReadonlyMap<string, string>, key: string): never {
  try {
    const value: unknown = JSON.parse(metadata.get(key) ?? "");
    if (isRecord(value)) return value as never;
  } catch {
    // What is no JSON is said like anything else that does not fit.
  }
  throw wrong(call, key);
}

function wrong(call: string, key: string): UnrolledError {
  return new UnrolledError("invalid-file", {
    call,
    problem: `its metadata ${key} is not what a model of a task is written with`,
  });
}
