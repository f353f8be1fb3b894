import { numberOption } from "../options/option.ts";

const lrWarmup = numberOption(
  { whole: true, atLeast: 0 },
  { default: null, placeholder: "steps", help: "rise to the full rate over so many steps" },
);

const lrFactor = numberOption(
  { above: 0, atMost: 1 },
  { default: 0.5, placeholder: "f", help: "what the rate is multiplied by" },
);

/** What training may say of each course of the learning rate. Without a warm-up said, a schedule has its own. */
export const SCHEDULES = {
  constant: { lrWarmup },
  cosine: { lrWarmup },
  step: { lrWarmup, lrFactor },
  decay: {
    lrWarmup,
    lrFactor,
    lrDecayFrom: numberOption(
      { atLeast: 0 },
      { default: 4, placeholder: "epoch", help: "epochs at the full rate" },
    ),
  },
  plateau: {
    lrWarmup,
    lrFactor,
    lrPatience: numberOption(
      { whole: true, atLeast: 1 },
      { default: 3, placeholder: "n", help: "evaluations without improvement" },
    ),
  },
} as const;
