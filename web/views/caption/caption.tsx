// A picture that the reader chooses, what the network says of it, and where each word looked: the places light up in the picture.
import { useEffect, useRef, useState } from "preact/hooks";
import { givenFiles } from "../../dropped-files.ts";
import { isAborted } from "../../engine/engine.ts";
import type { GivenFile } from "../../engine/protocol.ts";
import type { DescribedPicture } from "../../engine/writer-protocol.ts";
import { elementSource } from "../../export/element-source.ts";
import { ExportButtons } from "../../export/export-buttons.tsx";
import { described } from "../../model-bar.tsx";
import { inWords, type Page } from "../../page.ts";
import { shown } from "../equations.ts";
import { WriterDrawing } from "../translate/writer-drawing.tsx";
import "../translate/translate.css";
import { Waiting } from "../waiting.tsx";
import { attentionCsv, sayPlaces } from "./attention-places.ts";
import "./caption.css";
import { LookedPicture } from "./looked-picture.tsx";
import { type ShownPicture, shownPicture } from "./shown-picture.ts";

export function CaptionView({ page }: { readonly page: Page }) {
  const { engine, given, model, state } = page;
  const figure = useRef<HTMLDivElement>(null);
  const [files, setFiles] = useState<readonly GivenFile[]>([]);
  const [picture, setPicture] = useState<ShownPicture>();
  const [said, setSaid] = useState<DescribedPicture>();
  const [problem, setProblem] = useState<string>();
  const [pointed, setPointed] = useState<number>();
  const [place, setPlace] = useState<number>();
  const [file] = files.length > 0 ? files : given;
  useEffect(() => setFiles([]), [given]);

  useEffect(() => {
    if (!file || !model) return;
    const controller = new AbortController();
    const { signal } = controller;
    const describe = async () => {
      try {
        const found = await shownPicture(file);
        if (signal.aborted) return;
        const { pixels } = found;
        const answer = await engine.ask("describe", { slot: "a", picture: pixels }, { signal });
        setPicture(found);
        setSaid(answer);
        setProblem(undefined);
        setPointed(undefined);
      } catch (error) {
        if (!isAborted(error)) setProblem(inWords(error));
      }
    };
    void describe();
    return () => controller.abort();
  }, [engine, file, model]);

  if (!model) return <Waiting page={page} />;
  const at = Math.min(pointed ?? state.at, (said?.tokens.length ?? 1) - 1);
  return (
    <section class="caption" aria-label={`Unrolled${page.side}`}>
      <p>
        <label class="button">
          Choose a picture …
          <input
            type="file"
            accept="image/*"
            aria-label="Choose a picture"
            onChange={async ({ currentTarget }) => {
              setFiles(await givenFiles(Array.from(currentTarget.files ?? []).slice(0, 1)));
              currentTarget.value = "";
            }}
          />
        </label>{" "}
        <span class="quiet">or drop one on the page; it stays on your machine</span>
      </p>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {picture && said && (
        <>
          <p class="said" data-testid="answer">
            {said.tokens.map((token, step) => (
              <button
                // A word is its place.
                key={`word ${step}`}
                type="button"
                aria-pressed={step === at}
                onPointerEnter={() => setPointed(step)}
                onPointerLeave={() => setPointed(undefined)}
                onFocus={() => page.set({ at: step })}
                onClick={() => page.set({ at: step })}
              >
                {token}
              </button>
            ))}
          </p>
          <p class="readout" data-testid="pointed">
            {sayPlaces(said, at)}
          </p>
          <div ref={figure}>
            <LookedPicture {...{ picture, said, at, place }} />
          </div>
          <p class="quiet">{`Written with ln P = ${shown(said.logProbability, 2)}.`}</p>
          {said.alternatives.length > 0 && (
            <details>
              <summary>What came behind it</summary>
              <ol start={2}>
                {said.alternatives.map((other) => (
                  <li key={other}>{other}</li>
                ))}
              </ol>
            </details>
          )}
          <ExportButtons
            name="picture"
            figure={elementSource(figure, { title: said.text, subtitle: described(model) })}
            csv={() => attentionCsv(said)}
            json={() => {
              const { written: _, ...rest } = said;
              return { ...rest, attention: Array.from(said.attention) };
            }}
            model={state.model}
          />
          <h2>From the places of the picture to words</h2>
          <p class="quiet">
            The convolutions leave a vector for each place, row by row at the top; their mean becomes the
            decoder’s first states, and each of its steps below looks at the places before it says a token.
          </p>
          <WriterDrawing
            page={page}
            written={said.written}
            name="description"
            handsOver={(said.written.source.length - 1) / 2}
            onPointed={(told) => {
              setPointed(told?.side === "target" ? told.step : undefined);
              setPlace(told?.side === "source" ? told.step : undefined);
            }}
          />
        </>
      )}
    </section>
  );
}
