// A recogniser of spoken digits that listens: what it hears, what it says at each step, and how that becomes letters and words.
import { useEffect, useRef, useState } from "preact/hooks";
import type { GivenFile } from "../engine/protocol.ts";
import { useReducedMotion, useTheme } from "../figures/theme.ts";
import { useWidth } from "../figures/use-width.ts";
import { FileChoice } from "../file-choice.tsx";
import { inWords, type Page } from "../page.ts";
import { readSound } from "../sound/read-sound.ts";
import { Scrubber } from "../views/scrubber.tsx";
import "./listen.css";
import { inksOf } from "./inks.ts";
import { ListenExport } from "./listen-export.tsx";
import { drawListening, figureHeight } from "./listen-figure.ts";
import { useListening } from "./use-listening.ts";

const RATE_HZ = 8000;
const SAMPLE = "digits-sample.wav";

export function ListenView({ page }: { readonly page: Page }) {
  const listening = useListening(page.engine, new URL("models/digits/", document.baseURI).href);
  const { recording, isOn, text, words, delayMs, listenTo, stop } = listening;
  const [problem, setProblem] = useState<string>();
  const said = problem ?? listening.problem;
  const attempt = async (work: () => Promise<void>) => {
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      setProblem(inWords(error));
    }
  };
  const play = (bytes: Uint8Array) =>
    attempt(async () => listenTo({ samples: await readSound(bytes, RATE_HZ), sampleRateHz: RATE_HZ }));
  const take = async ([file]: readonly GivenFile[]) => {
    if (file) await play(file.bytes);
  };
  useEffect(() => {
    void take(page.given);
  }, [page.given]);
  return (
    <section class="listen" aria-label={`Spoken digits${page.side}`}>
      <p class="note">
        A small LSTM hears digits in English, from zero to nine, one after another. Thirty-three times a
        second it says how likely each letter is, or none, the blank ∅. Repeats become one letter and blanks
        go: what is left is the text (connectionist temporal classification). Nothing leaves your machine.
      </p>
      <p class="controls">
        {isOn ? (
          <button type="button" onClick={stop}>
            Stop
          </button>
        ) : (
          <>
            <button type="button" onClick={() => attempt(() => listenTo("microphone"))}>
              Speak into the microphone
            </button>
            <button
              type="button"
              onClick={async () =>
                play(new Uint8Array(await (await fetch(new URL(SAMPLE, document.baseURI))).arrayBuffer()))
              }
            >
              Play the sample
            </button>
            <FileChoice
              words="Choose a sound …"
              label="Choose a sound of spoken digits"
              accept="audio/*,.wav"
              onFiles={take}
            />
          </>
        )}
        <span class="quiet" data-testid="listen-delay">
          {delayMs !== undefined && `at most ${delayMs.toFixed(0)} ms from sound to letter`}
        </span>
      </p>
      {said !== undefined && (
        <p class="problem" role="alert">
          {said}
        </p>
      )}
      <ListenFigure page={page} listening={listening} />
      <p class="heard-text" aria-live="polite" data-testid="heard-text">
        {text || (recording ? " " : "…")}
      </p>
      {words.length > 0 && (
        <p class="quiet" data-testid="heard-words">
          {words.map(({ word, start, end }) => `${word} ${start.toFixed(2)}–${end.toFixed(2)} s`).join(" · ")}
        </p>
      )}
      <p class="quiet">
        The network was trained by scripts/digits on speech of espeak-ng and on the recordings of the Free
        Spoken Digit Dataset (Zohar Jackson and others, CC BY-SA 4.0). The sample is spoken by espeak-ng. It
        knows no other words: whatever you say, it hears digits.
      </p>
    </section>
  );
}

function ListenFigure({
  page,
  listening: { recording, isOn, steps },
}: {
  readonly page: Page;
  readonly listening: ReturnType<typeof useListening>;
}) {
  const { state, set } = page;
  const theme = useTheme();
  const isStill = useReducedMotion();
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(place, 960);
  const classes = recording?.listener.tokens.length ?? 17;
  const height = figureHeight(classes);
  const stepWidth = width < 600 ? 7 : 9;
  // While it listens the newest step is shown; afterwards the reader's, which is the last until it is moved.
  const [moved, setMoved] = useState(false);
  useEffect(() => {
    if (isOn) setMoved(false);
  }, [isOn]);
  const at = isOn || !moved ? steps - 1 : Math.min(state.at, steps - 1);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const scale = devicePixelRatio;
    element.width = Math.round(width * scale);
    element.height = Math.round(height * scale);
    if (!recording) return;
    const context = element.getContext("2d")!;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    // Letters have fallen at the end, and where motion is not wanted.
    const isAtRest = isStill || (!isOn && !moved);
    drawListening(context, recording, {
      width,
      stepWidth,
      at,
      isAtRest,
      theme,
      inks: inksOf(element),
    });
  }, [recording, steps, at, isOn, moved, isStill, width, stepWidth, height, theme]);
  return (
    <div class="listen-figure" ref={place}>
      <canvas
        ref={canvas}
        style={{ width: `${width}px`, height: `${height}px` }}
        role="img"
        aria-label="Above the sound's filter banks over time, below them how likely each letter is at each step, and the letters that are left"
      />
      {recording && !isOn && steps > 0 && (
        <Scrubber
          at={at}
          steps={steps}
          onAt={(to) => {
            setMoved(true);
            set({ at: to });
          }}
        />
      )}
      {recording && !isOn && steps > 0 && <ListenExport {...{ page, recording, at, width, stepWidth }} />}
    </div>
  );
}
