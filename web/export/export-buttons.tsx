import type { RefObject } from "preact";
import { useState } from "preact/hooks";
import { DROPPED } from "../state.ts";
import { figureSvg, svgToPng } from "./figure-svg.ts";

export interface ExportProps {
  /** Begins the files' names. */
  readonly name: string;
  /** What holds the figure; without one only the numbers can be taken away. */
  readonly figure?: RefObject<HTMLElement | null>;
  readonly csv: () => string;
  readonly json: () => unknown;
  /** The open model's place in the URL. */
  readonly model: string;
}

/** Takes a figure and its numbers away: the page's link, SVG, PNG, CSV, JSON. */
export function ExportButtons({ name, figure, csv, json, model }: ExportProps) {
  const [said, setSaid] = useState("");
  const copyLink = async () => {
    const hint = model === DROPPED ? "; it does not hold the model that you opened" : "";
    try {
      await navigator.clipboard.writeText(location.href);
      setSaid(`The link is copied${hint}.`);
    } catch {
      setSaid(`This page may not write to the clipboard; the link is the page's address${hint}.`);
    }
  };
  const drawn = (): string => figureSvg(figure!.current!);
  const pictures: readonly [string, () => Blob | Promise<Blob>][] = [
    ["SVG", () => new Blob([drawn()], { type: "image/svg+xml" })],
    ["PNG", () => svgToPng(drawn())],
  ];
  const formats: readonly [string, () => Blob | Promise<Blob>][] = [
    ...(figure ? pictures : []),
    ["CSV", () => new Blob([csv()], { type: "text/csv" })],
    ["JSON", () => new Blob([JSON.stringify(json())], { type: "application/json" })],
  ];
  return (
    <p class="controls export">
      <button type="button" onClick={copyLink}>
        Copy the link
      </button>
      <span class="quiet">Save as</span>
      {formats.map(([format, make]) => (
        <button
          key={format}
          type="button"
          aria-label={`Save as ${format}`}
          onClick={async () => save(await make(), `${name}.${format.toLowerCase()}`)}
        >
          {format}
        </button>
      ))}
      <span role="status" class="quiet">
        {said}
      </span>
    </p>
  );
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
