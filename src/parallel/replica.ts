import type { Module } from "../layers/module.ts";
import type { Device } from "../tensor/device.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** A loss to go back from, and the one to tell people where that has no penalties in it. Shape [1] each. */
export interface ReplicaLoss {
  readonly loss: Tensor;
  readonly measured: Tensor;
}

/** What every thread has of a model that several train: the model itself, and how it reads a share of the batch. */
export interface Replica<Share = unknown> {
  readonly model: Module;
  /** Mean loss over a share of the batch. Called in a scope; state that is carried on is written into `carried` here. */
  loss(share: Share): Tensor | ReplicaLoss;
  /** State that lives from step to step, such as that of truncated backpropagation, by name. */
  readonly carried?: Readonly<Record<string, Tensor>>;
}

/** Makes a replica. Weights are drawn from `device.generator`; `options` is what the team was given, with this thread's rows. */
export type ReplicaFactory<Options = unknown, Share = unknown> = (
  device: Device,
  options: Options,
  rows: number,
) => Replica<Share>;

/** Where other threads find a factory: a module and the name of its export. Options are plain data. */
export interface ReplicaModule {
  /** A URL, or a package's name. */
  readonly module: string;
  readonly export: string;
  readonly options?: unknown;
}

/** A thread's part of a batch. */
export interface Part<Share> {
  /** Sequences in it; parts count in the loss and its gradient by their rows. */
  readonly rows: number;
  readonly share: Share;
}
