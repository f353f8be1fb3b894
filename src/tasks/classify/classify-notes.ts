import type { ClassifySettings } from "./classify-options.ts";
import type { ClassifyFacts } from "./classify-task.ts";

const MOST_NAMED = 8;

/** What people should know of the data before the first step: which columns were found out, and labels that are hardly there. */
export function classifyNotes(
  { classes, columns, seenOnce }: ClassifyFacts,
  { text, label, features }: ClassifySettings,
): readonly string[] {
  const notes: string[] = [];
  if (columns?.sound) {
    const { kind, style, sampleRateHz } = columns.sound.frontEnd;
    const { length } = columns.features ?? [];
    notes.push(
      `Recordings at ${sampleRateHz} samples a second: ${length} numbers a frame (${kind}, ${style}); ${classes} classes.`,
    );
  }
  const isGuessed = columns && !columns.sound && (label === null || (text === null && features.length === 0));
  if (isGuessed) {
    const read =
      columns.text === undefined ? `features: ${columns.features?.join(", ")}` : `text: ${columns.text}`;
    const others = columns.text === undefined ? "features" : "text";
    notes.push(
      `Columns, as found out: label: ${columns.label} (${classes} classes), ${read}; --${others}, --label to change.`,
    );
  }
  if (seenOnce.length > 0) {
    const some = seenOnce.slice(0, MOST_NAMED).join(", ");
    const rest = seenOnce.length > MOST_NAMED ? ` and ${seenOnce.length - MOST_NAMED} more` : "";
    notes.push(`Seen once, too little to learn from: ${some}${rest}.`);
  }
  return notes;
}
