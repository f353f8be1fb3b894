import type { ComponentChildren } from "preact";

export interface ScrubberProps {
  /** What stands before it; "Step" if not given. */
  readonly children?: ComponentChildren;
  /** The step that is shown, from 0. */
  readonly at: number;
  readonly steps: number;
  readonly onAt: (at: number) => void;
}

/** A playhead that is dragged through the steps of a sequence. */
export function Scrubber({ children = "Step", at, steps, onAt }: ScrubberProps) {
  return (
    <label class="scrubber">
      {children}
      <input
        type="range"
        min={1}
        max={steps}
        value={at + 1}
        aria-label="Playhead"
        onInput={({ currentTarget }) => onAt(Number(currentTarget.value) - 1)}
      />
    </label>
  );
}
