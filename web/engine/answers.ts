// What the worker's answers are made of: functions from a question to an answer, by kind.
import type { Answer, Kind, Question, Telling } from "./protocol.ts";

/** What an answering function has beside its question. */
export interface Asked<K extends Kind> {
  /** Aborted when the page does not want the answer any more. */
  readonly signal: AbortSignal;
  tell(telling: Telling<K>): void;
}

export type Answers<Kinds extends Kind> = {
  readonly [K in Kinds]: (question: Question<K>, asked: Asked<K>) => Promise<Answer<K>> | Answer<K>;
};

/** Lets messages in, among them those that call off the work. */
export function breathe(): Promise<void> {
  return new Promise((resume) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resume();
    };
    port2.postMessage(undefined);
  });
}
