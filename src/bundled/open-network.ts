import type { FileReader } from "../models/model-files.ts";
import { openNetworkFolder } from "../models/network-folder.ts";
import { NetworkModel } from "../models/network-model.ts";
import { TaskModel, type TaskOfModel } from "../open/task-model.ts";
import type { Device } from "../tensor/device.ts";

/** The network of a bundle's files. */
export async function openNetwork(device: Device, read: FileReader): Promise<NetworkModel> {
  const { network, madeBy } = await openNetworkFolder(device, read);
  return new NetworkModel(network, { format: "network", madeBy });
}

/** Opens it with what its task makes of inputs: only that part of a task is in the file. */
export function openerOf<Input, Found, Heard extends object = object>(task: object) {
  return async (device: Device, read: FileReader): Promise<TaskModel<Input, Found, Heard>> =>
    new TaskModel(await openNetwork(device, read), task as TaskOfModel, read);
}
