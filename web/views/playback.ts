import { useEffect, useRef, useState } from "preact/hooks";

export interface Playback {
  readonly isPlaying: boolean;
  toggle(): void;
  pause(): void;
}

export interface PlaybackProps {
  readonly at: number;
  readonly steps: number;
  /** How long a step is looked at. */
  readonly stepMs: number;
  /** Whether it plays at once. */
  readonly begins?: boolean;
  onAt(step: number): void;
}

/** Moves a playhead on, step by step, until the end; started again there, it starts from the first step. */
export function usePlayback({ at, steps, stepMs, begins = false, onAt }: PlaybackProps): Playback {
  const [isPlaying, setPlaying] = useState(begins);
  const newest = useRef(onAt);
  newest.current = onAt;
  useEffect(() => {
    if (!isPlaying) return;
    if (at >= steps - 1) return setPlaying(false);
    const timer = setTimeout(() => newest.current(at + 1), stepMs);
    return () => clearTimeout(timer);
  }, [isPlaying, at, steps, stepMs]);
  return {
    isPlaying,
    toggle() {
      if (!isPlaying && at >= steps - 1) newest.current(0);
      setPlaying(!isPlaying);
    },
    pause: () => setPlaying(false),
  };
}
