// The views and their tabs, in order. A view is fetched when it is first shown.
import type { ComponentType } from "preact";
import type { Page } from "../page.ts";

export type View = ComponentType<{ readonly page: Page }>;

export interface ViewEntry {
  /** In the URL. */
  readonly name: string;
  readonly title: string;
  readonly load: () => Promise<View>;
}

export const VIEWS: readonly ViewEntry[] = [
  {
    name: "unrolled",
    title: "Unrolled",
    load: async () => (await import("./unrolled/unrolled.tsx")).UnrolledView,
  },
  { name: "play", title: "Heat-maps", load: async () => (await import("./play.tsx")).PlayView },
  { name: "next", title: "What comes next", load: async () => (await import("./next.tsx")).NextView },
  { name: "units", title: "Units", load: async () => (await import("./units.tsx")).UnitsView },
  { name: "reach", title: "Memory", load: async () => (await import("./reach.tsx")).ReachView },
  {
    name: "vanish",
    title: "Elman and LSTM",
    load: async () => (await import("./vanish/vanish.tsx")).VanishView,
  },
  { name: "train", title: "Train", load: async () => (await import("./train.tsx")).TrainView },
  {
    name: "interfere",
    title: "Interfere",
    load: async () => (await import("./interfere.tsx")).InterfereView,
  },
  { name: "compare", title: "Compare", load: async () => (await import("./compare.tsx")).CompareView },
];
