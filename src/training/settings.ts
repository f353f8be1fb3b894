import type { ModelFiles } from "../models/model-files.ts";
import type { GivenFor, OptionTable } from "../options/option.ts";
import type { LANGUAGE_OPTIONS } from "../tasks/language/language-options.ts";
import type { LoopSettings } from "../tasks/loop-settings.ts";
import type { SettingsOf } from "../tasks/task.ts";
import type { Device } from "../tensor/device.ts";

/** Everything that decides a training run, as plain data without missing values; of a language model unless another table is named. */
export type TrainingSettings<Table extends OptionTable = typeof LANGUAGE_OPTIONS> = SettingsOf<Table>;

/** Settings with anything left out. */
export type PartialSettings<Table extends OptionTable = typeof LANGUAGE_OPTIONS> = {
  readonly [Name in keyof LoopSettings]?: LoopSettings[Name] | undefined;
} & GivenFor<Table>;

/** What a run begins with, other than settings and data. */
export interface TrainingStart {
  /** A checkpoint of the same run, to go on from. */
  readonly checkpoint?: Uint8Array | undefined;
  /** The files of a trained model, to go on from with its sizes and weights. */
  readonly model?: ModelFiles | undefined;
  /** Where the model is already; a device of the training's own if not given. It cannot travel. */
  readonly device?: Device | undefined;
}
