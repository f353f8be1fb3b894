import { useEffect, useRef, useState } from "preact/hooks";
import type { SpokenWord } from "unrolled/decode";
import type { Engine } from "../engine/engine.ts";
import { inWords } from "../page.ts";
import { Recording } from "./recording.ts";
import { microphone, played, type SampleSource } from "./sources.ts";

/** What to listen to. */
export type Listened = "microphone" | { readonly samples: Float32Array; readonly sampleRateHz: number };

/** A recogniser that listens, and what it has heard. */
export interface ListeningState {
  readonly recording: Recording | undefined;
  /** Steps of the recording when it was last drawn: a new number is something new to draw. */
  readonly steps: number;
  readonly isOn: boolean;
  readonly text: string;
  /** Once all was heard. */
  readonly words: readonly SpokenWord[];
  /** The longest that a sample waits for its letter: until its piece is whole, until its step is, and for the newest answer. */
  readonly delayMs: number | undefined;
  /** What went wrong on the way, in words for people. */
  readonly problem: string | undefined;
  /** Begins to listen; throws what the microphone or the engine refuses. */
  listenTo(what: Listened): Promise<void>;
  stop(): void;
}

const NOTHING = {
  recording: undefined,
  steps: 0,
  isOn: false,
  text: "",
  words: [],
  delayMs: undefined,
  problem: undefined,
};

/** Feeds the recogniser at a place with what is heard. */
export function useListening(engine: Engine, source: string): ListeningState {
  const [state, setState] = useState<Omit<ListeningState, "listenTo" | "stop">>(NOTHING);
  const ending = useRef<(() => void) | undefined>(undefined);
  useEffect(() => () => ending.current?.(), []);

  const listenTo = async (what: Listened) => {
    ending.current?.();
    let isOver = false;
    let heard: SampleSource | undefined;
    const waiting: Float32Array[] = [];
    let isBusy = true;
    let hasEnded = false;
    let recording: Recording | undefined;

    /** Asks about all that has come since the last answer. */
    const ask = async () => {
      if (isBusy || isOver || !recording) return;
      if (waiting.length === 0) return hasEnded ? finish(recording) : undefined;
      isBusy = true;
      const asked = performance.now();
      const samples = joined(waiting.splice(0));
      const pieceMs = (1000 * samples.length) / sampleRateHz;
      const { features, probabilities, text } = await engine.ask("hearFeed", { samples });
      isBusy = false;
      if (isOver) return;
      recording.add(features, probabilities);
      const { steps, listener } = recording;
      const delayMs = pieceMs + 1000 * listener.secondsPerStep + performance.now() - asked;
      setState((before) => ({ ...before, steps, text, delayMs }));
      await ask();
    };
    const finish = async (all: Recording) => {
      isBusy = true;
      const { features, probabilities, text, words } = await engine.ask("hearEnd", {});
      if (isOver) return;
      all.add(features, probabilities);
      isOver = true;
      setState((before) => ({ ...before, steps: all.steps, text, words, isOn: false }));
    };
    const fail = (error: unknown) => {
      if (isOver) return;
      isOver = true;
      heard?.end();
      setState((before) => ({ ...before, isOn: false, problem: inWords(error) }));
    };
    const handlers = {
      onSamples(piece: Float32Array) {
        waiting.push(piece);
        ask().catch(fail);
      },
      onEnd() {
        hasEnded = true;
        ask().catch(fail);
      },
    };
    ending.current = () => {
      isOver = true;
      heard?.end();
    };
    stopping.current = () => {
      heard?.end();
      handlers.onEnd();
    };
    heard = what === "microphone" ? await microphone(handlers) : undefined;
    const sampleRateHz = heard?.sampleRateHz ?? (what as { sampleRateHz: number }).sampleRateHz;
    const listener = await engine.ask("hearOpen", { source, sampleRateHz });
    if (isOver) return;
    recording = new Recording(listener);
    setState({ ...NOTHING, recording, isOn: true });
    if (what !== "microphone") heard = played(what.samples, sampleRateHz, handlers);
    isBusy = false;
    ask().catch(fail);
  };
  const stopping = useRef<() => void>(() => undefined);
  return { ...state, listenTo, stop: () => stopping.current() };
}

function joined(pieces: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
