import { coresThere } from "#platform";
import { cellHomes } from "../cells/own-cells.ts";
import type { ReferenceLoader } from "../kernels/select.ts";
import { Generator } from "../random/philox.ts";
import type { LoopSettings } from "../tasks/loop-settings.ts";
import type { Task } from "../tasks/task.ts";
import { type Device, openDeviceWith } from "../tensor/device.ts";
import type { TrainingStart } from "./settings.ts";
import { type AnyPrepared, Trainer } from "./trainer.ts";

/** Place of the first weights and of dropout among a seed's streams of random numbers. */
const WEIGHTS = 0;

/** What is to be trained, on what, and how. */
export interface TrainingAsked {
  readonly task: Task;
  readonly data: unknown;
  readonly settings: LoopSettings;
  readonly start: TrainingStart;
  readonly loadReference: ReferenceLoader | undefined;
}

/** Data made ready, and what trains on them. */
export interface OpenedTraining {
  readonly trainer: Trainer;
  readonly prepared: AnyPrepared;
  /** As the data have settled them. */
  readonly settings: LoopSettings;
}

/** As `Trainer.open`. */
export type TrainerOpener = (
  device: Device,
  task: Task,
  prepared: AnyPrepared,
  settings: LoopSettings,
  threads: number,
) => Promise<Trainer>;

/** What a process that trains with others does. The training knows no more of them, so that a page loads nothing of it. */
export interface JoinedRanks {
  readonly rank: number;
  /** How many there are. */
  readonly size: number;
  /** Opens the trainer of rank 0, which leads. */
  readonly open: TrainerOpener;
  /** Trains as rank 0 says, with this rank's part of each batch, until rank 0 says that it is over. */
  follow(asked: TrainingAsked): Promise<void>;
}

/** Opens a device, has the task make the data ready, and starts the threads. */
export async function openTrainer(
  { task, data, settings: given, start, loadReference }: TrainingAsked,
  open: TrainerOpener = (...parts) => Trainer.open(...parts),
): Promise<OpenedTraining> {
  const generator = new Generator(given.seed).fork(WEIGHTS);
  // A cell of the user's own may call any kernel.
  const kernels = task.kernels === "core" && cellHomes().length === 0 ? "core" : "all";
  const options = { backend: given.backend, generator, kernels } as const;
  const device = start.device ?? (await openDeviceWith(loadReference, options));
  const threads = given.threads ?? coresThere();
  const { model } = start;
  const prepared = await task.prepare({ data, settings: given as never, device, threads, model });
  const settings = (prepared.settings ?? given) as LoopSettings;
  return { trainer: await open(device, task, prepared, settings, threads), prepared, settings };
}
