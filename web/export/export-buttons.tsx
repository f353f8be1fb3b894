import { useState } from "preact/hooks";
import { DROPPED } from "../state.ts";
import { embedSnippet } from "./embed-snippet.ts";
import type { FigureLook, FigureSource } from "./figure-source.ts";

export interface ExportProps {
  /** Begins the files' names. */
  readonly name: string;
  /** The figure; without one only the numbers can be taken away. */
  readonly figure?: FigureSource;
  readonly csv: () => string;
  readonly json: () => unknown;
  /** The open model's place in the URL. */
  readonly model: string;
}

const isDark = () => matchMedia("(prefers-color-scheme: dark)").matches;

/** Takes a figure and its numbers away: the page's link, SVG, PNG, GIF, CSV, JSON, a frame for a page of one's own. */
export function ExportButtons({ name, figure, csv, json, model }: ExportProps) {
  const [said, setSaid] = useState("");
  const [ground, setGround] = useState<FigureLook["ground"]>(isDark() ? "dark" : "white");
  const [extent, setExtent] = useState<FigureLook["extent"]>("shown");
  const hint = model === DROPPED ? "; it does not hold the model that you opened" : "";
  const copy = async (text: string, what: string, otherwise: string) => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid(`${what} is copied${hint}.`);
    } catch {
      setSaid(`This page may not write to the clipboard; ${otherwise}${hint}.`);
    }
  };
  const copyLink = () => copy(location.href, "The link", "the link is the page's address");
  const copyFrame = ({ currentTarget }: { readonly currentTarget: HTMLElement }) => {
    const height = currentTarget.closest("section")?.getBoundingClientRect().height ?? 600;
    const snippet = embedSnippet(location.href, figure?.title ?? name, height);
    return copy(snippet, "The frame for your page", snippet);
  };
  const draw = async (format: "SVG" | "PNG" | "GIF") => {
    const { figureFile } = await import("./save-figure.ts");
    const look: FigureLook = { ground, extent, readTo: undefined };
    const blob = await figureFile(figure!, format, look, (share) =>
      setSaid(share < 1 ? `Drawing the reading: ${Math.round(100 * share)} %` : ""),
    );
    return blob;
  };
  const pictures = figure
    ? (["SVG", "PNG", ...(figure.steps === undefined ? [] : (["GIF"] as const))] as const)
    : [];
  const formats: readonly [string, () => Blob | Promise<Blob>][] = [
    ...pictures.map((format) => [format, () => draw(format)] as [string, () => Promise<Blob>]),
    ["CSV", () => new Blob([csv()], { type: "text/csv" })],
    ["JSON", () => new Blob([JSON.stringify(json())], { type: "application/json" })],
  ];
  const onSave = async (make: () => Blob | Promise<Blob>, file: string) => {
    try {
      save(await make(), file);
    } catch (error) {
      setSaid(`It could not be drawn: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return (
    <p class="controls export">
      <button type="button" onClick={copyLink}>
        Copy the link
      </button>
      {figure && (
        <button type="button" onClick={copyFrame}>
          Copy a frame for your page
        </button>
      )}
      <span class="quiet">Save as</span>
      {formats.map(([format, make]) => (
        <button
          key={format}
          type="button"
          aria-label={`Save as ${format}`}
          onClick={() => onSave(make, `${name}.${format.toLowerCase()}`)}
        >
          {format}
        </button>
      ))}
      {figure && (
        <label>
          on{" "}
          <select
            aria-label="Ground of the picture"
            value={ground}
            onChange={({ currentTarget }) => setGround(currentTarget.value as FigureLook["ground"])}
          >
            <option value="white">white</option>
            <option value="transparent">a transparent ground</option>
            <option value="dark">a dark ground</option>
          </select>
        </label>
      )}
      {figure?.steps !== undefined && (
        <label>
          with{" "}
          <select
            aria-label="Steps of the picture"
            value={extent}
            onChange={({ currentTarget }) => setExtent(currentTarget.value as FigureLook["extent"])}
          >
            <option value="shown">the steps as shown</option>
            <option value="all">all steps</option>
          </select>
        </label>
      )}
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
