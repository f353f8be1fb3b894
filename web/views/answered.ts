import { useEffect, useState } from "preact/hooks";
import { type AskOptions, isAborted } from "../engine/engine.ts";
import type { Answer, Kind, Question, Telling } from "../engine/protocol.ts";
import { inWords, type Page } from "../page.ts";
import { oncePerFrame } from "./once-per-frame.ts";

/** What has come of a question: its answer, what is told meanwhile, or why there is none. */
export interface Answered<K extends Kind> {
  readonly answer: Answer<K> | undefined;
  readonly telling: Telling<K> | undefined;
  readonly problem: string | undefined;
  /** Whether an answer is on its way; an older one stays until then. */
  readonly isPending: boolean;
}

const NOTHING = { answer: undefined, telling: undefined, problem: undefined, isPending: false };

/** Asks the engine when what it depends on changes, and calls off what is not wanted any more; undefined asks nothing. */
export function useAnswer<K extends Kind>(
  { engine }: Page,
  kind: K,
  question: Question<K> | undefined,
  dependencies: readonly unknown[],
): Answered<K> {
  const [found, setFound] = useState<Answered<K>>(NOTHING);
  useEffect(() => {
    if (question === undefined) return setFound(NOTHING);
    const controller = new AbortController();
    setFound((before) => ({ ...before, telling: undefined, problem: undefined, isPending: true }));
    const shown = oncePerFrame<Telling<K>>((telling) => setFound((before) => ({ ...before, telling })));
    const options: AskOptions<K> = { signal: controller.signal, onTelling: shown.tell };
    const settle = (found: Answered<K>) => {
      shown.stop();
      setFound(found);
    };
    engine.ask(kind, question, options).then(
      (answer) => settle({ ...NOTHING, answer }),
      (error) => {
        if (!isAborted(error)) settle({ ...NOTHING, problem: inWords(error) });
      },
    );
    return () => {
      shown.stop();
      controller.abort();
    };
  }, [engine, kind, ...dependencies]);
  return found;
}
