// Features varied in training where there are no samples of their sound.
import { type Frames, frameCount } from "../../audio/frames.ts";

/** Frames as they are when the recording is spoken `factor` times as fast: between two frames lies a straight line. */
export function withFrameSpeed(frames: Frames, factor: number): Frames {
  const { width, values } = frames;
  const last = frameCount(frames) - 1;
  if (factor === 1 || last < 0) return frames;
  const steps = Math.max(1, Math.round((last + 1) / factor));
  const played = new Float32Array(steps * width);
  for (let t = 0; t < steps; t++) {
    const place = Math.min(last, t * factor);
    const before = Math.floor(place);
    const share = place - before;
    const [from, to] = [before * width, Math.min(last, before + 1) * width];
    for (let entry = 0; entry < width; entry++)
      played[t * width + entry] = (1 - share) * values[from + entry] + share * values[to + entry];
  }
  return { width, values: played };
}
