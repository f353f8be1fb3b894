/**
 * Hands on the newest of what is told, at most once a frame: the worker tells far more often than a slow machine can draw, and
 * redraws that queue up would keep clicks waiting.
 */
export function oncePerFrame<Told>(show: (newest: Told) => void): { tell(told: Told): void; stop(): void } {
  let newest: Told;
  let frame: number | undefined;
  return {
    tell(told) {
      newest = told;
      frame ??= requestAnimationFrame(() => {
        frame = undefined;
        show(newest);
      });
    },
    stop() {
      if (frame !== undefined) cancelAnimationFrame(frame);
      frame = undefined;
    },
  };
}
