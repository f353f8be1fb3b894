import { useEffect, useRef, useState } from "preact/hooks";

export interface Playback {
  readonly isPlaying: boolean;
  toggle(): void;
}

const STEP_MS = 120;

/** Moves a playhead on, step by step, until the end; started again there, it begins anew. */
export function usePlayback(at: number, steps: number, onAt: (step: number) => void): Playback {
  const [isPlaying, setPlaying] = useState(false);
  const newest = useRef(onAt);
  newest.current = onAt;
  useEffect(() => {
    if (!isPlaying) return;
    if (at >= steps - 1) return setPlaying(false);
    const timer = setTimeout(() => newest.current(at + 1), STEP_MS);
    return () => clearTimeout(timer);
  }, [isPlaying, at, steps]);
  return {
    isPlaying,
    toggle() {
      if (!isPlaying && at >= steps - 1) newest.current(0);
      setPlaying(!isPlaying);
    },
  };
}
