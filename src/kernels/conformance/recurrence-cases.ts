import type { Case } from "./case.ts";
import { elmanCases } from "./elman-cases.ts";
import { elmanVariantCases } from "./elman-variant-cases.ts";
import { gatedCases } from "./gated-cases.ts";
import { gruCases } from "./gru-cases.ts";
import { gruVariantCases } from "./gru-variant-cases.ts";
import { lstmCases } from "./lstm-cases.ts";
import { lstmPhaseCases } from "./lstm-phase-cases.ts";
import { ugrnnCases } from "./ugrnn-cases.ts";

/** One step of every recurrent cell, a row for each of its options. */
export const recurrenceCases: readonly Case[] = [
  ...lstmCases,
  ...gruCases,
  ...elmanCases,
  ...ugrnnCases,
  ...lstmPhaseCases,
  ...elmanVariantCases,
  ...gruVariantCases,
  ...gatedCases,
];
