// What there is to say of each task that the package knows, loaded when it is asked for: a row each.
import type { KnownTasks } from "./find-task.ts";
import { LANGUAGE } from "./language/language-description.ts";
import type { TaskDescription } from "./task.ts";

/** Their descriptions by name. */
export const KNOWN_DESCRIPTIONS: Readonly<Record<string, () => Promise<TaskDescription>>> = {
  language: async () => LANGUAGE,
  classify: async () => (await import("./classify/classify-description.ts")).CLASSIFY,
  tag: async () => (await import("./tag/tag-description.ts")).TAG,
  forecast: async () => (await import("./forecast/forecast-description.ts")).FORECAST,
  translate: async () => (await import("./translate/translate-description.ts")).TRANSLATE,
};

/** The tasks themselves, but for the language model, which has a folder and a model of its own. */
export const TASKS_OF_NETWORKS = {
  classify: async () => (await import("./classify/classify-task.ts")).classifyTask,
  tag: async () => (await import("./tag/tag-task.ts")).tagTask,
  forecast: async () => (await import("./forecast/forecast-task.ts")).forecastTask,
  translate: async () => (await import("./translate/translate-task.ts")).translateTask,
} as const;

/** All tasks themselves. */
export const TASKS: KnownTasks = {
  language: async () => (await import("./language/any-language-task.ts")).anyLanguageTask,
  ...TASKS_OF_NETWORKS,
};

/** Names of those but for the language model. */
export type TaskOfNetwork = keyof typeof TASKS_OF_NETWORKS;

/** Whether a model of this task is opened with it. */
export function isTaskOfNetwork(name: string | undefined): name is TaskOfNetwork {
  return name !== undefined && Object.hasOwn(TASKS_OF_NETWORKS, name);
}
