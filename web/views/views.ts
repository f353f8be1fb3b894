// The views and their tabs, in order. A view is fetched when it is first shown.
import type { ComponentType } from "preact";
import type { Page } from "../page.ts";

/**
 * A view, whatever kind of model it is of. It is given the page and keeps to its frame: steps run to the right, `page.state.at` is the
 * playhead, `page.engine` computes in the worker (an exchange in `engine/protocol.ts`, answered by a file that is imported when it is
 * first asked), `ExportButtons` takes its figure and numbers away, and what a link must hold is a row of `FIELDS` in `state.ts`.
 */
export type View = ComponentType<{ readonly page: Page }>;

export interface ViewEntry {
  /** In the URL. */
  readonly name: string;
  readonly title: string;
  /** Whether files that are dropped while it is shown are its own (`page.given`), and not a model that reads text. */
  readonly takesFiles?: boolean;
  /** Whether it asks for a model that predicts the next token. */
  readonly isOfTokens?: boolean;
  readonly load: () => Promise<View>;
}

export const VIEWS: readonly ViewEntry[] = [
  {
    name: "unrolled",
    title: "Unrolled",
    load: async () => (await import("./unrolled/unrolled.tsx")).UnrolledView,
  },
  { name: "play", title: "Heat-maps", load: async () => (await import("./play.tsx")).PlayView },
  {
    name: "next",
    title: "What comes next",
    isOfTokens: true,
    load: async () => (await import("./next/next.tsx")).NextView,
  },
  {
    name: "units",
    title: "Units",
    load: async () => (await import("./units.tsx")).UnitsView,
  },
  {
    name: "reach",
    title: "Memory",
    load: async () => (await import("./reach.tsx")).ReachView,
  },
  {
    name: "vanish",
    title: "Elman and LSTM",
    load: async () => (await import("./vanish/vanish.tsx")).VanishView,
  },
  { name: "train", title: "Train", load: async () => (await import("./train.tsx")).TrainView },
  {
    name: "interfere",
    title: "Interfere",
    isOfTokens: true,
    load: async () => (await import("./interfere.tsx")).InterfereView,
  },
  {
    name: "listen",
    title: "Spoken digits",
    takesFiles: true,
    load: async () => (await import("../listen/listen.tsx")).ListenView,
  },
  {
    name: "sound",
    title: "A sound",
    takesFiles: true,
    load: async () => (await import("../sound/sound.tsx")).SoundView,
  },
  {
    name: "compare",
    title: "Compare",
    isOfTokens: true,
    load: async () => (await import("./compare.tsx")).CompareView,
  },
];

/** What stands in the place of views of the same names for models of a task; those that are of no model stand behind them. */
const VIEWS_OF_TASKS: Readonly<Record<string, readonly ViewEntry[]>> = {
  translate: [
    {
      name: "unrolled",
      title: "Unrolled",
      load: async () => (await import("./translate/translate.tsx")).TranslateView,
    },
  ],
  caption: [
    {
      name: "unrolled",
      title: "A picture",
      takesFiles: true,
      load: async () => (await import("./caption/caption.tsx")).CaptionView,
    },
  ],
};

/** Views that show what they make themselves, whatever model is open. */
const OF_NO_MODEL = ["vanish", "train", "listen", "sound"];

/** The views of a model of a task, or of one that predicts the next token. */
export function viewsOf(task: string | undefined): readonly ViewEntry[] {
  if (task === undefined) return VIEWS;
  const own = VIEWS_OF_TASKS[task];
  return own
    ? [...own, ...VIEWS.filter(({ name }) => OF_NO_MODEL.includes(name))]
    : VIEWS.filter(({ isOfTokens }) => !isOfTokens);
}
