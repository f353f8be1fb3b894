import type { Module } from "../module/module.ts";
import type { ModelOf, OptionsOf, ReplicaFactory, ReplicaModule, ShareOf } from "../parallel/replica.ts";
import { Team as TeamOfModules } from "../parallel/team.ts";
import type { TeamOptions } from "../parallel/team-options.ts";
import type { Device } from "../tensor/device.ts";
import { importerOf, type KnownTasks } from "./find-task.ts";

/** A team can train a language model without a module of its own: whatever worker its threads are knows this task. */
const LANGUAGE_TASK: KnownTasks = {
  language: async () => (await import("./language/language-task.ts")).languageTask,
};

/**
 * Several threads that train one model on one heap: each walks its part of the batch, and each sums gradients and updates its
 * part of the parameters, in a fixed order, so that the same seed, backend and number of threads give the same bits. Dropout
 * does not depend on the number of threads. The model can be evaluated, saved and changed between calls like any other.
 *
 * An error in any thread ends the others, and every later call throws it again.
 */
export class Team<Share, Model extends Module = Module> extends TeamOfModules<Share, Model> {
  /**
   * Makes the replica on this thread and on as many others as can share the work. A function instead of a module cannot travel
   * to them and trains on this thread alone; `reason` says so then. Room that other threads have taken in the heap stays taken
   * until the device goes.
   *
   * @throws UnrolledError "worker-died" if a thread does not start, "invalid-argument" for a module that does not export such a
   * function or makes another model each time, and whatever the module itself throws.
   */
  static override open<Options, Share, Model extends Module = Module>(
    device: Device,
    source: ReplicaModule<Options> | ReplicaFactory<Options, Share, Model>,
    options: TeamOptions,
  ): Promise<Team<Share, Model>>;
  /** The same with the types of a module's export: `Team.open<typeof make>(…)`, `import type { make } from "./model.js"`. */
  static override open<Factory extends ReplicaFactory<never, never>>(
    device: Device,
    source: ReplicaModule<OptionsOf<Factory>>,
    options: TeamOptions,
  ): Promise<Team<ShareOf<Factory>, ModelOf<Factory>>>;
  static override open<Options, Share, Model extends Module>(
    device: Device,
    source: ReplicaModule<Options> | ReplicaFactory<Options, Share, Model>,
    options: TeamOptions,
  ): Promise<Team<Share, Model>> {
    // biome-ignore lint/complexity/noThisInStatic: what opens a team of this class is the other with this one as its `this`
    return super.open(device, source, options, importerOf(LANGUAGE_TASK));
  }
}
