// y = (x − mean)/√(variance + ε) ∘ weight + bias for each channel (Ioffe & Szegedy 2015): while training by the moments of the
// batch, which are gathered, else by those gathered:
//   running ← running + momentum·(of the batch − running), the variance divided by its count less one
import { UnrolledError } from "../errors.ts";
import { Module, ModuleBuffer, Parameter, requireSize } from "../module/module.ts";
import type { Device } from "../tensor/device.ts";
import { batchNorm, type ChannelMoments } from "../tensor/operations/batch-norm.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";

/** Options of a batch normalisation. */
export interface BatchNormOptions {
  /** Added to the variance; 1e-5 if not given. */
  readonly epsilon?: number;
  /** The share that a batch has in the gathered moments, from 0 to 1; 0.1 if not given. */
  readonly momentum?: number;
}

/**
 * PyTorch's names: parameters `weight` and `bias` [C], buffers `running_mean`, `running_var` [C] and `num_batches_tracked`. The
 * moments are those of the rows that one call sees, so a batch that a team of threads splits is normalised part by part.
 */
abstract class BatchNorm extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter;
  readonly running_mean: ModuleBuffer;
  readonly running_var: ModuleBuffer;
  readonly num_batches_tracked: ModuleBuffer;
  readonly epsilon: number;
  readonly momentum: number;
  readonly #name: string;
  readonly #ranks: readonly number[];

  constructor(
    device: Device,
    name: string,
    ranks: readonly number[],
    channels: number,
    options: BatchNormOptions,
  ) {
    super();
    requireSize(name, "channels", channels);
    this.epsilon = options.epsilon ?? 1e-5;
    this.momentum = options.momentum ?? 0.1;
    if (!(this.momentum >= 0 && this.momentum <= 1)) {
      throw new UnrolledError("invalid-argument", {
        call: name,
        subject: "momentum",
        got: `${this.momentum}`,
        needed: "0 to 1",
      });
    }
    this.weight = new Parameter(device, [channels]);
    const ones = new Float32Array(channels).fill(1);
    this.weight.assign(ones);
    this.bias = new Parameter(device, [channels]);
    this.running_mean = new ModuleBuffer(device, [channels]);
    this.running_var = new ModuleBuffer(device, [channels]).assign(ones);
    this.num_batches_tracked = new ModuleBuffer(device, []);
    this.#name = name;
    this.#ranks = ranks;
  }

  /** x [B, C, …], same shape out. */
  forward(x: Tensor): Tensor {
    const channels = this.weight.size;
    if (!this.#ranks.includes(x.shape.length) || x.shape[1] !== channels) {
      const needed = this.#ranks.map((rank) => ["", "", "", ", T", ", height, width"][rank]);
      throw new UnrolledError("shape-mismatch", {
        call: this.#name,
        problem: `input has shape ${shapeText(x.shape)}, needed ${needed.map((rest) => `[B, ${channels}${rest}]`).join(" or ")}`,
      });
    }
    const gathered = { mean: this.running_mean, variance: this.running_var };
    const count = x.size / channels;
    if (this.training && count === 1) {
      throw new UnrolledError("shape-mismatch", {
        call: this.#name,
        problem: `input has shape ${shapeText(x.shape)}, needed more than one entry of each channel while training`,
      });
    }
    const given = this.training ? undefined : gathered;
    const { y, moments } = batchNorm(x, this.weight, this.bias, given, this.epsilon);
    if (this.training) this.#gather(moments, count);
    return y;
  }

  #gather({ mean, variance }: ChannelMoments, count: number): void {
    const { kernels } = mean.device;
    const { running_mean, running_var, num_batches_tracked, momentum } = this;
    const channels = mean.size;
    kernels.approach(mean.offset, momentum, running_mean.offset, channels);
    kernels.scale(running_var.offset, 1 - momentum, channels);
    kernels.addScaled(variance.offset, (momentum * count) / (count - 1), running_var.offset, channels);
    mean.device.temporary(1, (one) => {
      kernels.fill(one, 1, 1);
      kernels.addScaled(one, 1, num_batches_tracked.offset, 1);
    });
    for (const buffer of [running_mean, running_var, num_batches_tracked]) buffer.changed();
  }
}

/** Batch normalisation of x [B, C] or [B, C, T]. */
export class BatchNorm1d extends BatchNorm {
  constructor(device: Device, channels: number, options: BatchNormOptions = {}) {
    super(device, "BatchNorm1d", [2, 3], channels, options);
  }
}

/** Batch normalisation of x [B, C, height, width]. */
export class BatchNorm2d extends BatchNorm {
  constructor(device: Device, channels: number, options: BatchNormOptions = {}) {
    super(device, "BatchNorm2d", [4], channels, options);
  }
}
