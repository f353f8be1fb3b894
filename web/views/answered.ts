import { useEffect, useState } from "preact/hooks";
import { type AskOptions, isAborted } from "../engine/engine.ts";
import type { Answer, Kind, Question, Telling } from "../engine/protocol.ts";
import { inWords, type Page } from "../page.ts";

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
    const options: AskOptions<K> = {
      signal: controller.signal,
      onTelling: (telling) => setFound((before) => ({ ...before, telling })),
    };
    engine.ask(kind, question, options).then(
      (answer) => setFound({ ...NOTHING, answer }),
      (error) => {
        if (!isAborted(error)) setFound({ ...NOTHING, problem: inWords(error) });
      },
    );
    return () => controller.abort();
  }, [engine, kind, ...dependencies]);
  return found;
}
