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
