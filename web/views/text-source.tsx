import { useState } from "preact/hooks";
import type { TextSource } from "../engine/protocol.ts";
import type { Page } from "../page.ts";

/** The most of a file that is read: more would take a browser minutes. */
const MOST_CHARACTERS = 1_000_000;

export interface ChosenSource {
  readonly source: TextSource;
  /** What to say of it. */
  readonly name: string;
  choose(source: TextSource, name: string): void;
}

/** A text to measure on: what the URL says, or a file, which has no place in it. */
export function useTextSource({ state, set }: Page): ChosenSource {
  const [file, setFile] = useState<{ readonly source: TextSource; readonly name: string }>();
  if (state.on === "file" && file) return { ...file, choose };
  const source: TextSource = { kind: state.on === "reading" ? "reading" : "own" };
  return { source, name: source.kind === "own" ? "a text of its own" : "your text", choose };

  function choose(chosen: TextSource, name: string): void {
    if (chosen.kind === "file") setFile({ source: chosen, name });
    set({ on: chosen.kind, span: null });
  }
}

export function TextSourceChoice({ chosen }: { readonly chosen: ChosenSource }) {
  const { source, choose } = chosen;
  const button = (kind: "own" | "reading", words: string) => (
    <button type="button" aria-pressed={source.kind === kind} onClick={() => choose({ kind }, words)}>
      {words}
    </button>
  );
  return (
    <fieldset class="controls source">
      <legend>Measured on</legend>
      {button("own", "a text that the network writes")}
      {button("reading", "your text above")}
      <label class="button">
        {source.kind === "file" ? chosen.name : "a file …"}
        <input
          type="file"
          accept="text/*,.txt,.md,.ts,.js,.py,.csv"
          aria-label="Measure on a text file"
          onChange={async ({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file)
              choose({ kind: "file", text: (await file.text()).slice(0, MOST_CHARACTERS) }, file.name);
          }}
        />
      </label>
    </fieldset>
  );
}
