// The tasks that the package knows: a row each, from which the command line, the workers and openModel find everything else.
import type { KnownTasks } from "./find-task.ts";
import type { TaskDescription } from "./task.ts";

/** What there is to say of each task, and the task itself, both loaded when they are asked for; but for the language model. */
export const TASKS_OF_NETWORKS = {
  classify: {
    describe: async () => (await import("./classify/classify-description.ts")).CLASSIFY,
    load: async () => (await import("./classify/classify-task.ts")).classifyTask,
  },
  tag: {
    describe: async () => (await import("./tag/tag-description.ts")).TAG,
    load: async () => (await import("./tag/tag-task.ts")).tagTask,
  },
  forecast: {
    describe: async () => (await import("./forecast/forecast-description.ts")).FORECAST,
    load: async () => (await import("./forecast/forecast-task.ts")).forecastTask,
  },
  caption: {
    describe: async () => (await import("./caption/caption-description.ts")).CAPTION,
    load: async () => (await import("./caption/caption-task.ts")).captionTask,
  },
  transcribe: {
    describe: async () => (await import("./transcribe/transcribe-description.ts")).TRANSCRIBE,
    load: async () => (await import("./transcribe/transcribe-task.ts")).transcribeTask,
  },
  translate: {
    describe: async () => (await import("./translate/translate-description.ts")).TRANSLATE,
    load: async () => (await import("./translate/translate-task.ts")).translateTask,
  },
} as const;

/** All rows: the language model's too, which has a folder and a model of its own. */
const ROWS: Readonly<
  Record<string, { readonly describe: () => Promise<TaskDescription>; readonly load: () => Promise<unknown> }>
> = {
  language: {
    describe: async () => (await import("./language/language-description.ts")).LANGUAGE,
    load: async () => (await import("./language/any-language-task.ts")).anyLanguageTask,
  },
  ...TASKS_OF_NETWORKS,
};

/** The names of all tasks. */
export const TASK_NAMES: readonly string[] = Object.keys(ROWS);

/** All tasks themselves. */
export const TASKS: KnownTasks = Object.fromEntries(
  Object.entries(ROWS).map(([name, { load }]) => [name, load]),
);

/** What there is to say of the task of a name; undefined for a name that is not known. */
export async function describedTask(name: string): Promise<TaskDescription | undefined> {
  return Object.hasOwn(ROWS, name) ? ROWS[name].describe() : undefined;
}

/** Names of those but for the language model. */
export type TaskOfNetwork = keyof typeof TASKS_OF_NETWORKS;

/** Whether a model of this task is opened with it. */
export function isTaskOfNetwork(name: string | undefined): name is TaskOfNetwork {
  return name !== undefined && Object.hasOwn(TASKS_OF_NETWORKS, name);
}
