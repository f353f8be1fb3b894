import type { AnyTrainingEvent } from "./events.ts";

/** What a line of progress says, and whether the next one may be written over it. */
export interface ProgressLine {
  readonly text: string;
  /** True for a step, which passes; false for what is worth keeping. */
  readonly passes: boolean;
}

const FIGURES = 4;

/** An event of training as a line for a terminal; undefined for events that say nothing new. */
export function progressLine(event: AnyTrainingEvent): ProgressLine | undefined {
  switch (event.type) {
    case "start": {
      const { parameters, threads, stepsPerEpoch, backend } = event;
      const sizes = `${parameters.toLocaleString("en-US")} parameters, ${stepsPerEpoch} steps an epoch`;
      return kept(`${sizes}, ${backend}, ${threads} ${threads === 1 ? "thread" : "threads"}`);
    }
    case "step": {
      const { step, epoch, secondsLeft, learningRate, gradientNorm: _, memoryBytes: __, ...rest } = event;
      const left = `${Math.round(secondsLeft)} s left`;
      return { text: `epoch ${epoch.toFixed(2)}  step ${step}  ${figuresOf(rest)}  ${left}`, passes: true };
    }
    case "eval": {
      const { step, best, ...found } = event;
      return kept(`step ${step}  ${figuresOf(found)}${best ? "  best" : ""}`);
    }
    case "note":
      return kept(`step ${event.step}  ${event.text}`);
    case "end": {
      const { steps, seconds, evaluation, reason } = event;
      const found = evaluation ? `  ${figuresOf(evaluation)}` : "";
      return kept(`${steps} steps in ${seconds.toFixed(1)} s (${reason})${found}`);
    }
    default:
      return undefined;
  }
}

function kept(text: string): ProgressLine {
  return { text, passes: false };
}

/** Every number among some fields, by name. */
function figuresOf(fields: object): string {
  return Object.entries(fields)
    .filter((entry): entry is [string, number] => typeof entry[1] === "number")
    .map(([name, value]) => `${name} ${Number(value.toPrecision(FIGURES))}`)
    .join("  ");
}
