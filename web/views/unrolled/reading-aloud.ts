// The network reads on by itself, step by step; at once where the page was opened without a state.
import { useEffect, useRef, useState } from "preact/hooks";
import { extraOf, leftToSee } from "../../figures/unrolled-geometry.ts";
import type { Page } from "../../page.ts";
import { type Playback, usePlayback } from "../playback.ts";

/** How long a step is looked at. */
const STEP_MS = 600;
/** Where in the window the playhead stays while the window moves. */
const PLACE = 0.6;

interface ReadingAloudProps {
  readonly page: Page;
  readonly steps: number;
  readonly width: number;
  readonly scale: number;
  readonly at: number;
  /** Whoever wants less motion finds the text read to its end. */
  readonly isStill: boolean;
}

export function useReadingAloud({ page, steps, width, scale, at, isStill }: ReadingAloudProps): Playback {
  const { state, set } = page;
  const [isOpening] = useState(() => page.takeOpening());
  const stage = { width, scale, left: state.left, at, fold: 1 };
  const seen = (width - extraOf(stage)) / scale;
  const standsAtEnd = useRef(isOpening && isStill);
  // The playhead is never lost: it is in the window when the picture appears, and whenever its width changes.
  useEffect(() => {
    const shown = standsAtEnd.current ? steps - 1 : at;
    standsAtEnd.current = false;
    const left = leftToSee(shown, steps, stage);
    if (shown !== state.at || left !== state.left) set({ at: shown, left });
  }, [width]);
  return usePlayback({
    at,
    steps,
    stepMs: STEP_MS,
    begins: isOpening && !isStill,
    onAt(to) {
      const moved = Math.max(state.left, Math.min(Math.ceil(to - PLACE * seen), Math.ceil(steps - seen)), 0);
      set({ at: to, left: to < state.left ? leftToSee(to, steps, stage) : moved });
    },
  });
}
