import { isRecord } from "../../options/field-checks.ts";

/** "seqLength 64, batchSize 32, steps 500, …". */
export function settingsText(settings: object): string {
  return Object.entries(settings)
    .flatMap(([name, value]) => (isRecord(value) ? Object.entries(value) : [[name, value]]))
    .filter(([, value]) => value !== null && `${value}` !== "")
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}
