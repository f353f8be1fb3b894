// All tasks with known answers, in the order in which they are offered.
import { addingProblem } from "./adding-problem.ts";
import { copyMemory } from "./copy-memory.ts";
import { delayedEcho } from "./delayed-echo.ts";
import { firstBit } from "./first-bit.ts";
import { nestedBrackets } from "./nested-brackets.ts";
import { parity } from "./parity.ts";
import { embeddedReber, reber } from "./reber.ts";
import { sineWaves } from "./sine-waves.ts";
import type { Task } from "./task.ts";

export const TASKS: readonly Task[] = [
  copyMemory,
  addingProblem,
  parity,
  delayedEcho,
  firstBit,
  reber,
  embeddedReber,
  nestedBrackets,
  sineWaves,
];
