import type { Module } from "../module/module.ts";
import type { Device } from "../tensor/device.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** The loss for the backward pass, and the loss to report, which has no penalties in it. Shape [1] each, in the same units. */
export interface ReplicaLoss {
  readonly loss: Tensor;
  readonly measured: Tensor;
  /** Asked by `team.evaluate` alone: numbers that add up over all shares, such as how many answers were right. */
  sums?(): Readonly<Record<string, number>>;
}

/**
 * One thread's part of a model that several threads train: the model itself, and how it reads a share of the batch. A share is plain
 * data such as lists, objects and typed arrays, since it travels to the thread.
 */
export interface Replica<Share = unknown, Model extends Module = Module> {
  readonly model: Model;
  /**
   * Mean loss over a share of the batch, shape [1]. Called in a scope with the module's dropout on or off as on the first thread;
   * state that is carried on is written into `carried` here.
   */
  loss(share: Share): Tensor | ReplicaLoss;
  /**
   * Cuts a share into several, which are read one after the other, each with a way back of its own, so that memory is that of one. The
   * mean is that of the whole share.
   */
  cut?(share: Share): readonly { readonly rows: number; readonly share: unknown }[];
  /** State that lives from step to step, such as that of truncated backpropagation, by name. */
  readonly carried?: Readonly<Record<string, Tensor>>;
}

/**
 * Makes a replica, the same one each time: on the device of its thread, of the team's `options`, for `rows` sequences at most. The
 * first thread's weights count, wherever they are drawn from.
 */
export type ReplicaFactory<Options = unknown, Share = unknown, Model extends Module = Module> = (
  device: Device,
  options: Options,
  rows: number,
) => Replica<Share, Model>;

/** What a factory makes a replica from. */
export type OptionsOf<Factory> = Factory extends (
  device: Device,
  options: infer Options,
  rows: number,
) => unknown
  ? Options
  : never;

/** What its replica reads. */
export type ShareOf<Factory> = Factory extends (...given: never) => { loss(share: infer Share): unknown }
  ? Share
  : never;

/** Its model. */
export type ModelOf<Factory> = Factory extends (...given: never) => {
  readonly model: infer Model extends Module;
}
  ? Model
  : never;

/** Where other threads find a factory: a module and the name of its export. Options are plain data. */
export interface ReplicaModule<Options = unknown> {
  /** A URL such as `new URL("./model.js", import.meta.url).href`, or a package's name. */
  readonly module: string;
  readonly export: string;
  readonly options?: Options;
}

/** A thread's part of a batch. */
export interface Part<Share> {
  /** Sequences in it. */
  readonly rows: number;
  /** Plain data, for the replica's `loss`. */
  readonly share: Share;
  /**
   * What its mean counts beside those of other parts. If no part says so, the targets that count where the loss is a mean
   * cross-entropy (or `measured` is), so that the whole batch has one mean; else `rows`.
   */
  readonly weight?: number;
}

/** What makes replicas beside doing other things, as a task does. */
export interface ReplicaMaker {
  replica(device: Device, options: never, rows: number): Replica<never>;
}

/** What every thread makes its replica of a maker from. */
export interface MakerOptions {
  readonly options: unknown;
  /** Names of the parameters that are not trained. */
  readonly freeze: readonly string[];
}

/** Whether a value looks like a maker: what a module exports may be anything. */
export function isReplicaMaker(value: unknown): value is ReplicaMaker {
  return typeof value === "object" && value !== null && typeof (value as ReplicaMaker).replica === "function";
}

/** How each thread makes a maker's replica. */
export function factoryOf(maker: ReplicaMaker): ReplicaFactory<MakerOptions> {
  return (device, { options, freeze }, rows) => {
    const replica = maker.replica(device, options as never, rows);
    replica.model.freeze(freeze);
    return replica as Replica;
  };
}
