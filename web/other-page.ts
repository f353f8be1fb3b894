// A second model beside the page's own, with the same text and the same state: views that are given this page show it.
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { type Engine, isAborted } from "./engine/engine.ts";
import type { Answer, GivenFile, Kind, ModelSummary, Question, Reading } from "./engine/protocol.ts";
import { ownModelBeside } from "./own-models.ts";
import { inWords, type Page } from "./page.ts";
import { DROPPED, INITIAL_STATE } from "./state.ts";

/** The same engine, in which every question about slot "a" is one about slot "b". */
export function engineInSlotB(engine: Engine): Engine {
  return {
    ask<K extends Kind>(kind: K, question: Question<K>, options?: Parameters<Engine["ask"]>[2]) {
      const asked = "slot" in question ? { ...question, slot: "b" } : question;
      return engine.ask(kind, asked as Question<K>, options as never) as Promise<Answer<K>>;
    },
    close: () => engine.close(),
  };
}

/** Files that were put into slot "b", kept in it while the reader looks at other views. */
const inSlotB = new WeakMap<Engine, ModelSummary>();

export function useOtherPage(page: Page): Page {
  const { engine, state, set } = page;
  const engineB = useMemo(() => engineInSlotB(engine), [engine]);
  const [model, setModel] = useState<ModelSummary | undefined>(
    state.other === DROPPED ? inSlotB.get(engine) : undefined,
  );
  const [reading, setReading] = useState<Reading>();
  const [problem, setProblem] = useState<string>();

  const open = useCallback(
    async (source: string | readonly GivenFile[], signal?: AbortSignal) => {
      try {
        const opened = await engineB.ask("open", { slot: "b", source }, { signal });
        inSlotB.set(engine, opened);
        setProblem(undefined);
        setModel(opened);
        return true;
      } catch (error) {
        if (!isAborted(error)) setProblem(inWords(error));
        return false;
      }
    },
    [engine, engineB],
  );

  const place = state.other === "" ? ownModelBeside(state.model).place : state.other;
  useEffect(() => {
    if (state.other === DROPPED) {
      // A link cannot hold a model from somebody's disk: the one that comes along stands in.
      if (!inSlotB.has(engine)) set({ other: INITIAL_STATE.other });
      return;
    }
    const controller = new AbortController();
    void open(new URL(place, document.baseURI).href, controller.signal);
    return () => controller.abort();
  }, [engine, open, set, state.other, place]);

  useEffect(() => {
    if (!model || state.text === "") return;
    const controller = new AbortController();
    engineB.ask("read", { slot: "b", text: state.text }, { signal: controller.signal }).then(
      (found) => {
        setReading(found);
        setProblem(undefined);
      },
      (error) => {
        if (!isAborted(error)) setProblem(inWords(error));
      },
    );
    return () => controller.abort();
  }, [engineB, model, state.text]);

  const openFiles = useCallback(
    async (files: readonly GivenFile[]) => {
      if (await open(files)) set({ other: DROPPED });
    },
    [open, set],
  );
  return { ...page, side: ", model B", engine: engineB, model, reading, problem, openFiles };
}
