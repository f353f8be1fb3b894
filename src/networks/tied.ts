import { type FieldCheck, name, objectOf } from "../options/field-checks.ts";

/** Stands in a layer's configuration where a parameter is that of a layer before it: `{ tied: "encoder.weight" }`. */
export interface Tied {
  readonly tied: string;
}

/** The check of such a field. */
export const tied: FieldCheck = objectOf({ needed: { tied: name } });
