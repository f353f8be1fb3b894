// What every view is given: the page's state and how to change it, the engine, the open model and the text as it has read it.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Engine, EngineError, isAborted } from "./engine/engine.ts";
import type { GivenFile, ModelSummary, Reading } from "./engine/protocol.ts";
import { keepModel, keptModel, wasDropped } from "./kept-model.ts";
import { OWN_MODELS, type OwnModel } from "./own-models.ts";
import { DROPPED, INITIAL_STATE, type PageState, stateFromHash, stateToHash } from "./state.ts";

export interface Page {
  /** Ends the names of landmarks where a view is shown twice, once for each model; "" elsewhere. */
  readonly side: string;
  readonly state: PageState;
  /** Changes some fields. The browser's "back" undoes a change of view. */
  set(changes: Partial<PageState>): void;
  readonly engine: Engine;
  /** Undefined until the model is open. */
  readonly model: ModelSummary | undefined;
  /** The newest finished reading; undefined before the first. */
  readonly reading: Reading | undefined;
  /** Changes the text, of which a page takes the first 20,000 characters. */
  setText(text: string): void;
  /** Characters of the text last given that were too many. */
  readonly charactersCut: number;
  /** Whether the link was made with a model that it cannot hold. */
  readonly lacksLinkedModel: boolean;
  /** Whether a model that was dropped in this tab is not kept any more. */
  readonly isModelGone: boolean;
  /** What went wrong last, in words for people. */
  readonly problem: string | undefined;
  /** Files that were dropped on a view that takes its own (`ViewEntry.takesFiles`). */
  readonly given: readonly GivenFile[];
  /** Opens files that the reader chose or dropped. */
  openFiles(files: readonly GivenFile[]): void;
  /** Opens a model that comes with the page, on a text of its kind. */
  openOwn(model: OwnModel): void;
  /** Whether the page was opened without a state, when the network begins to read by itself: true once, then false. */
  takeOpening(): boolean;
}

/** Longer texts make no picture, and no URL. */
export const MOST_CHARACTERS = 20_000;

const NO_FILES: readonly GivenFile[] = [];

/** How long a reader pauses at the keys before the text is read again. */
const TYPING_MS = 120;

export function usePage(engine: Engine): Page {
  const [asLinked] = useState(() => stateFromHash(location.hash));
  const isOpening = useRef(location.hash === "");
  const [state, setState] = useState<PageState>(
    asLinked.model === DROPPED && !wasDropped() ? { ...asLinked, model: INITIAL_STATE.model } : asLinked,
  );
  const [isModelGone, setGone] = useState(false);
  const [model, setModel] = useState<ModelSummary>();
  const [reading, setReading] = useState<Reading>();
  const [problem, setProblem] = useState<string>();
  const [charactersCut, setCut] = useState(0);
  const newest = useRef(state);
  newest.current = state;

  const set = useCallback((changes: Partial<PageState>) => {
    const next = { ...newest.current, ...changes };
    const isNewView = next.view !== newest.current.view;
    newest.current = next;
    setState(next);
    writeHash(next, isNewView);
  }, []);

  const setText = useCallback(
    (given: string) => {
      const text = beginningOf(given);
      setCut(given.length - text.length);
      set({ text });
    },
    [set],
  );

  useEffect(() => {
    const onHash = () => setState(stateFromHash(location.hash));
    addEventListener("hashchange", onHash);
    addEventListener("popstate", onHash);
    return () => {
      removeEventListener("hashchange", onHash);
      removeEventListener("popstate", onHash);
    };
  }, []);

  const open = useCallback(
    async (source: string | readonly GivenFile[], signal?: AbortSignal) => {
      try {
        const opened = await engine.ask("open", { slot: "a", source }, { signal });
        setProblem(undefined);
        setModel(opened);
        const { sample, columns } = opened.task ?? {};
        if (sample !== undefined && !suits(newest.current.text, columns !== undefined))
          set({ text: sample, at: 0 });
        return true;
      } catch (error) {
        if (!isAborted(error)) setProblem(inWords(error));
        return false;
      }
    },
    [engine, set],
  );

  useEffect(() => {
    if (state.model === DROPPED) return;
    const controller = new AbortController();
    void open(new URL(state.model, document.baseURI).href, controller.signal);
    return () => controller.abort();
  }, [open, state.model]);

  useEffect(() => {
    if (asLinked.model !== DROPPED || !wasDropped()) return;
    const controller = new AbortController();
    void keptModel().then(async (files) => {
      if (controller.signal.aborted || (files && (await open(files, controller.signal)))) return;
      if (controller.signal.aborted) return;
      setGone(true);
      set({ model: INITIAL_STATE.model });
    });
    return () => controller.abort();
  }, [asLinked, open, set]);

  useEffect(() => {
    if (!model) return;
    if (state.text === "") {
      setReading(undefined);
      return setProblem("The text is empty: type something for the network to read.");
    }
    const controller = new AbortController();
    const read = async () => {
      try {
        setReading(await engine.ask("read", { slot: "a", text: state.text }, { signal: controller.signal }));
        setProblem(undefined);
      } catch (error) {
        if (!isAborted(error)) setProblem(inWords(error));
      }
    };
    const timer = setTimeout(read, reading === undefined ? 0 : TYPING_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
    // A finished reading is no reason to read again.
  }, [engine, model, state.text]);

  const openFiles = useCallback(
    async (files: readonly GivenFile[]) => {
      if (!(await open(files))) return;
      set({ model: DROPPED, layer: 0, unit: 0 });
      setGone(false);
      await keepModel(files);
    },
    [open, set],
  );

  const openOwn = useCallback(
    ({ place, text }: OwnModel) =>
      set({
        model: place,
        text,
        at: 0,
        left: 0,
        layer: 0,
        unit: 0,
        steps: null,
        rows: null,
        span: null,
        branches: [],
        interventions: [],
      }),
    [set],
  );

  const takeOpening = useCallback(() => {
    const was = isOpening.current;
    isOpening.current = false;
    return was;
  }, []);

  const lacksLinkedModel = asLinked.model === DROPPED && state.model !== DROPPED && !wasDropped();
  return {
    side: "",
    state,
    set,
    setText,
    charactersCut,
    lacksLinkedModel,
    isModelGone,
    engine,
    model,
    reading,
    problem,
    given: NO_FILES,
    openFiles,
    openOwn,
    takeOpening,
  };
}

/** Whether a text is kept where another model opens: one that reads numbers can read no prose, and what came with the page's own models is theirs. */
function suits(text: string, readsNumbers: boolean): boolean {
  return readsNumbers ? /(^|\n)\s*[-+]?[.\d]/.test(text) : !OWN_MODELS.some(({ text: own }) => own === text);
}

/** What a page takes of a text, cut between characters. */
export function beginningOf(text: string): string {
  const cut = text.slice(0, MOST_CHARACTERS);
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}

/** What went wrong, as a sentence begins. */
export function inWords(error: unknown): string {
  if (error instanceof EngineError && error.code === "unsupported-backend")
    return `This browser cannot run the network: it needs WebAssembly with SIMD and shared memory, which browsers have had since 2023 (${error.message}).`;
  const said = error instanceof Error ? error.message : String(error);
  // A file's name stays as it is.
  return /^[a-z]+[ ,]/.test(said) ? said[0].toUpperCase() + said.slice(1) : said;
}

let scheduled: ReturnType<typeof setTimeout> | undefined;
let newest: PageState;

/**
 * Browsers bear only some changes of the URL a second, and a playhead makes sixty: it is written at once for a new view, and else as
 * it is when a moment has passed, however often it changes meanwhile.
 */
function writeHash(state: PageState, isNewView: boolean): void {
  newest = state;
  const write = () => {
    clearTimeout(scheduled);
    scheduled = undefined;
    const hash = stateToHash(newest);
    const url = hash === "" ? location.pathname + location.search : `#${hash}`;
    if (isNewView) history.pushState(null, "", url);
    else history.replaceState(null, "", url);
  };
  if (isNewView) write();
  else scheduled ??= setTimeout(write, 150);
}
