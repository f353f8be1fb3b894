import { UnrolledError } from "../errors.ts";
import type { StateDict } from "../module/state-dict.ts";
import { Undrawn } from "../random/undrawn.ts";
import type { Device } from "../tensor/device.ts";
import { shapeText } from "../tensor/tensor.ts";
import { checkNetworkConfig } from "./check-config.ts";
import type { NetworkConfig } from "./config.ts";
import type { LayeredNetwork } from "./layered-network.ts";
import { Network } from "./network.ts";
import { parameterShapes } from "./parameter-shapes.ts";
import { namedOnce, tiesOf } from "./ties.ts";

/** A network without a device: readers of files make it, writers of files take it. */
export interface NetworkData {
  readonly config: NetworkConfig;
  /** By the names and in the layout of the network's parameters. One that is tied may stand there under both of its names. */
  readonly tensors: StateDict;
}

/** Tensors that an error lists. */
const MOST_LISTED = 10;

/**
 * An error unless the tensors are those that the configuration asks for, in name and shape, each with as many numbers.
 *
 * @throws UnrolledError "shape-mismatch" that lists the tensors that are missing, unknown or of another shape
 */
export function checkNetworkData({ config, tensors }: NetworkData): void {
  checkNetworkConfig(config);
  const needed = parameterShapes(config);
  const ties = tiesOf(config);
  const problems = Object.keys(tensors)
    .filter((name) => !needed.has(name) && !ties.has(name))
    .map((name) => `tensor ${name} is not part of it`);
  for (const [name, source] of ties) {
    const [second, first] = [name, source].map((one) =>
      Object.hasOwn(tensors, one) ? tensors[one] : undefined,
    );
    if (second && first && !areSame(second, first))
      problems.push(`tensor ${name} has other numbers than ${source}, which it is tied to`);
  }
  for (const [name, shape] of needed) {
    const entry = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
    const size = shape.reduce((product, length) => product * length, 1);
    if (!entry) problems.push(`tensor ${name} ${shapeText(shape)} is missing`);
    else if (shapeText(entry.shape) !== shapeText(shape) || entry.data.length !== size)
      problems.push(
        `tensor ${name} has shape ${shapeText(entry.shape)} and ${entry.data.length} numbers, needed ${shapeText(shape)}`,
      );
  }
  if (problems.length === 0) return;
  const more = problems.length > MOST_LISTED ? `; and ${problems.length - MOST_LISTED} more` : "";
  const listed = problems.slice(0, MOST_LISTED).join("; ");
  throw new UnrolledError("shape-mismatch", { call: "network", problem: `${listed}${more}` });
}

function areSame(a: StateDict[string], b: StateDict[string]): boolean {
  return (
    a.data === b.data ||
    (a.data.length === b.data.length && a.data.every((value, at) => value === b.data[at]))
  );
}

/** A network with these parameters, ready to run (dropout off). Nothing is allocated for data that does not fit its configuration. */
export function networkFrom(device: Device, data: NetworkData): Network {
  checkNetworkData(data);
  const network = new Network(device, data.config, { generator: new Undrawn() });
  network.loadStateDict(namedOnce(data.tensors, data.config));
  return network.eval() as Network;
}

/** A copy of a network as data. */
export async function networkData(network: LayeredNetwork): Promise<NetworkData> {
  return { config: network.config, tensors: await network.stateDict() };
}
