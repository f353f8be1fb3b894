// How data of any task are read, and what is held out of them.
import { shareOption, textOption } from "../../options/option.ts";

const DATA = "Data:";

/** What data are, whatever the task. */
export const DATA_OPTIONS = {
  delimiter: textOption({
    default: null,
    defaultText: "found out",
    placeholder: "char",
    group: DATA,
    help: "what stands between two cells",
  }),
  group: textOption({
    default: null,
    defaultText: "none",
    placeholder: "column",
    group: DATA,
    help: "rows with one value here stay in one part: speaker, patient",
  }),
  valFraction: shareOption({
    default: 0.1,
    placeholder: "share",
    group: DATA,
    help: "share that is held out to measure on",
  }),
} as const;
