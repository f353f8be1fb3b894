import { layers } from "./entries/layers.ts";
import { operations } from "./entries/operations.ts";
import { recurrent } from "./entries/recurrent.ts";
import { sessions } from "./entries/sessions.ts";
import { tensors } from "./entries/tensors.ts";
import { training } from "./entries/training.ts";
import type { Entry } from "./entry.ts";

/** All ways to call the public surface. */
export const entries: readonly Entry[] = [
  ...tensors,
  ...operations,
  ...layers,
  ...recurrent,
  ...sessions,
  ...training,
];
