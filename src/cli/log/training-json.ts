import { LANGUAGE } from "../../tasks/language/language-description.ts";
import type { TaskDescription } from "../../tasks/task.ts";
import type { AnyTrainingEvent, TrainingEvent } from "../../training/events.ts";
import { figuresIn, type Numbers } from "../screen/task-words.ts";

type Told = Exclude<AnyTrainingEvent | TrainingEvent, { type: "model" | "checkpoint" }>;

/**
 * An event of training as a line of JSON. The keys are a contract. `heldOut` is the best measurement so far, which stands in
 * for the last one where a run was interrupted before it.
 */
export function trainingJson(
  event: Told,
  heldOut: Numbers | null,
  path: string | null,
  task: TaskDescription = LANGUAGE,
): object {
  const pace = `${task.units}PerSecond`;
  const numbers = event as Numbers;
  switch (event.type) {
    case "start": {
      const { type, settings, vocabularySize, backend, ...rest } = event as typeof event & Numbers;
      const { budget, ...plain } = settings;
      const vocabulary = vocabularySize === undefined ? {} : { vocabSize: vocabularySize };
      return { type, ...plain, ...budget, ...vocabulary, backend, ...rest };
    }
    case "step": {
      const { type, step, epoch, gradientNorm, learningRate } = event;
      return {
        type,
        step,
        epoch,
        [task.loss]: numbers[task.loss],
        gradientNorm,
        learningRate,
        [pace]: numbers[pace],
      };
    }
    case "eval": {
      const { type, step, ...found } = event;
      return { type, step, ...figuresIn(found, task.figures) };
    }
    case "sample":
    case "note":
      return event;
    case "end": {
      const { type, reason, steps, seconds } = event;
      const measured: Numbers = { ...(event.evaluation ?? heldOut) };
      const results = figuresIn(measured, task.results ?? task.figures);
      const told = Object.entries(results).map(([name, value]) => [name, value ?? null]);
      return {
        type,
        reason,
        steps,
        seconds,
        [pace]: numbers[pace],
        ...Object.fromEntries(told),
        ...("test" in event && event.test ? { test: event.test } : {}),
        path,
      };
    }
  }
}
