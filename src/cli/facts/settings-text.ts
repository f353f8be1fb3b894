import { isRecord } from "../../options/field-checks.ts";
import { settingWords } from "../report/settings-tables.ts";

/** "sequence length 64, batch size 32, steps 500, …". */
export function settingsText(settings: object): string {
  return Object.entries(settings)
    .flatMap(([name, value]) =>
      name === "budget" && isRecord(value) ? Object.entries(value) : [[name, value]],
    )
    .filter(([, value]) => value !== null && `${value}` !== "")
    .map(([name, value]) => settingWords(name, value).join(" "))
    .join(", ");
}
