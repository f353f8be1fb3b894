// What was heard and said, to be taken away: the figure with its axis and scales, the probabilities as numbers.
import { ExportButtons } from "../export/export-buttons.tsx";
import type { FigureLook } from "../export/figure-source.ts";
import { plainNumbers } from "../export/inspection-table.ts";
import type { FigureBody } from "../export/standalone-figure.ts";
import { csvField } from "../export/trace-table.ts";
import type { Page } from "../page.ts";
import {
  className,
  drawListening,
  FEATURES_SPAN,
  figureHeight,
  NAMES_END,
  rowNames,
  STEPS_BEGIN,
} from "./listen-figure.ts";
import type { Recording } from "./recording.ts";

export interface ListenExportProps {
  readonly page: Page;
  readonly recording: Recording;
  /** As the page shows it. */
  readonly at: number;
  readonly width: number;
  readonly stepWidth: number;
}

/** Wider pictures are none that a browser can draw. */
const MOST_WIDTH = 7000;
/** Pixels to a pixel of the figure. */
const FINENESS = 2;

export function ListenExport({ page: { state }, recording, ...shown }: ListenExportProps) {
  const { listener, read, steps, probabilities } = recording;
  const names = listener.tokens.map((token, id) => className(token, id === listener.blank));
  const said = read.words.map(({ text }) => text).join(" ");
  return (
    <ExportButtons
      name="spoken-digits"
      figure={{
        title: said === "" ? "What a network hears of a sound" : `What a network hears: ${said}`,
        subtitle: `Above the sound's filter banks; below how likely each letter is at each step of ${(1000 * listener.secondsPerStep).toFixed(0)} ms, ∅ the blank; the likeliest path, and what is left of it`,
        steps,
        draw: (look) => body(recording, shown, look),
      }}
      csv={() => tableOf(recording, names)}
      json={() =>
        plainNumbers({
          secondsPerStep: listener.secondsPerStep,
          classes: names,
          ...read,
          path: read.path.map((id) => names[id]),
          letters: read.letters.map(({ id, ...place }) => ({ letter: names[id], ...place })),
          probabilities: Array.from({ length: steps }, (_, step) =>
            probabilities.subarray(step * names.length, (step + 1) * names.length),
          ),
        })
      }
      model={state.model}
    />
  );
}

async function body(
  recording: Recording,
  { at, width, stepWidth }: Pick<ListenExportProps, "at" | "width" | "stepWidth">,
  { ground, extent, readTo }: FigureLook,
): Promise<FigureBody> {
  const [{ tokenAxis }, { inksOn, themeOn, escaped }] = await Promise.all([
    import("../export/token-axis.ts"),
    import("../export/standalone-figure.ts"),
  ]);
  const { listener, steps, read } = recording;
  const inks = inksOn(ground);
  const last = readTo ?? (extent === "all" ? steps - 1 : at);
  const fitting = Math.floor(((extent === "all" ? MOST_WIDTH : width) - STEPS_BEGIN) / stepWidth);
  const across = STEPS_BEGIN + Math.min(fitting, steps) * stepWidth;
  const height = figureHeight(listener.tokens.length);
  const canvas = document.createElement("canvas");
  canvas.width = across * FINENESS;
  canvas.height = height * FINENESS;
  const context = canvas.getContext("2d")!;
  context.setTransform(FINENESS, 0, 0, FINENESS, 0, 0);
  drawListening(context, recording, {
    ...{ width: across, stepWidth, at: last, inks },
    isAtRest: readTo === undefined,
    theme: themeOn(ground),
    hasNames: false,
  });
  const rows = rowNames(recording).map(
    ({ name, y, isBlank }) =>
      `<text x="${NAMES_END}" y="${y + 4}" text-anchor="end" fill="${isBlank ? inks.warm : inks.quiet}">${escaped(name)}</text>`,
  );
  const first = Math.max(0, last + 1 - Math.min(fitting, steps));
  const pieces = read.path
    .slice(first, last + 1)
    .map((id) => className(listener.tokens[id], id === listener.blank));
  const axis = tokenAxis({ pieces, from: first, pitch: stepWidth, inks });
  return {
    width: across,
    height: height + axis.height,
    markup: [
      `<image width="${across}" height="${height}" href="${canvas.toDataURL("image/png")}"/>`,
      `<g data-part="rows" font-size="11">${rows.join("")}</g>`,
      `<g transform="translate(${STEPS_BEGIN} ${height})">${axis.markup}</g>`,
    ].join(""),
    scales: [
      { name: "probability", kind: "sequential", limit: 1 },
      { name: "filter banks, normalised, above their least", kind: "sequential", limit: FEATURES_SPAN },
    ],
    keys: [
      { name: "likeliest letter", colour: inks.accent },
      { name: "likeliest is the blank", colour: inks.warm },
    ],
  };
}

/** A row for each step: when, the likeliest class, and how likely each is. */
function tableOf({ listener, probabilities, read, steps }: Recording, names: readonly string[]): string {
  const V = names.length;
  const rows = Array.from({ length: steps }, (_, step) => [
    String(step + 1),
    (step * listener.secondsPerStep).toFixed(3),
    csvField(names[read.path[step]]),
    ...Array.from(probabilities.subarray(step * V, (step + 1) * V), String),
  ]);
  return [["step", "seconds", "likeliest", ...names.map(csvField)], ...rows]
    .map((row) => `${row.join(",")}\r\n`)
    .join("");
}
