// What a task's figures and answers look like to people: a row for a task that says more than names and numbers.
import type { TaskDescription } from "../../tasks/task.ts";
import type { TaskOfNetwork } from "../../tasks/task-table.ts";
import { figure } from "./amounts.ts";

/** How a task speaks to people. */
export interface TaskAnswers {
  /** Lines of what was measured, baselines beside it. */
  evaluation(found: object): readonly string[];
  /** Lines of one answer, within so many columns, to what was asked for. */
  answer(answer: object, columns: number, given: Readonly<Record<string, unknown>>): readonly string[];
  /** What `predictEvents` is asked of a text, whose first line it tells piece by piece; undefined where all lines are told at once. */
  asked?(text: string, given: Readonly<Record<string, unknown>>): object | undefined;
  /** Parts of what was asked that the model has never seen. */
  unknown?(answer: object): readonly string[];
  /** A line where none of so many answers had one. */
  silence?(answers: number): string;
  /** All answers as one picture, an <svg> element, where there is something to draw. */
  picture?(answers: readonly object[]): Promise<string>;
}

const OWN_WORDS: { readonly [Name in TaskOfNetwork]?: () => Promise<TaskAnswers> } = {
  classify: async () => (await import("./classify-answers.ts")).classifyAnswers,
  tag: async () => (await import("./tag-answers.ts")).tagAnswers,
  forecast: async () => (await import("./forecast-answers.ts")).forecastAnswers,
  caption: async () => (await import("./caption-answers.ts")).captionAnswers,
  transcribe: async () => (await import("./transcribe-answers.ts")).transcribeAnswers,
  translate: async () => (await import("./translate-answers.ts")).translateAnswers,
};

/** A task's own words, or those that are made of names. */
export async function answersOf({ name }: TaskDescription): Promise<TaskAnswers> {
  const own = Object.hasOwn(OWN_WORDS, name) ? OWN_WORDS[name as TaskOfNetwork] : undefined;
  if (own) return own();
  return {
    evaluation: (found) => Object.entries(found).map(([key, value]) => `${key.padEnd(24)}${plain(value)}`),
    answer: (answer) => [JSON.stringify(answer)],
  };
}

function plain(value: unknown): string {
  return typeof value === "number" ? figure(value) : JSON.stringify(value);
}
