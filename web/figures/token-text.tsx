// A text as its tokens, each with a colour: the link between every view and what was read.
import { useRef } from "preact/hooks";

export interface TokenTextProps {
  readonly label: string;
  readonly pieces: readonly string[];
  readonly at: number;
  readonly brushed?: readonly [number, number] | null | undefined;
  /** The background and the ink of a token, none if undefined. */
  readonly colourOf?: (step: number) => { readonly background: string; readonly ink: string } | undefined;
  /** A word about a token that the pointer or the keyboard is on. */
  readonly titleOf?: (step: number) => string;
  onAt(step: number): void;
  onBrush?(steps: readonly [number, number]): void;
}

/** White space that would not be seen, as a sign. */
export function shownPiece(piece: string): string {
  return piece.replaceAll("\n", "¶").replaceAll("\t", "→");
}

export function TokenText(props: TokenTextProps) {
  const { label, pieces, at, brushed, colourOf, titleOf, onAt, onBrush } = props;
  const begun = useRef<number | undefined>(undefined);
  const stepOf = (event: PointerEvent) => {
    const element = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-step]");
    return element ? Number(element.getAttribute("data-step")) : undefined;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { length } = pieces;
    const to = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: length - 1,
      PageDown: at + 10,
      PageUp: at - 10,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = Math.min(length - 1, Math.max(0, to));
    // With Shift, as in any text, the brush goes along.
    if (event.shiftKey && onBrush) {
      const anchor = brushed ? (at === brushed[1] ? brushed[0] : brushed[1]) : at;
      onBrush([Math.min(anchor, next), Math.max(anchor, next)]);
    }
    onAt(next);
  };
  return (
    <div
      class="token-text"
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={1}
      aria-valuemax={pieces.length}
      aria-valuenow={at + 1}
      aria-valuetext={`step ${at + 1}, ${JSON.stringify(pieces[at] ?? "")}${titleOf ? `, ${titleOf(at)}` : ""}`}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        const step = stepOf(event);
        if (step === undefined) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        begun.current = step;
        onAt(step);
      }}
      onPointerMove={(event) => {
        if (begun.current === undefined || !onBrush) return;
        const step = stepOf(event);
        if (step !== undefined && step !== begun.current)
          onBrush([Math.min(step, begun.current), Math.max(step, begun.current)]);
      }}
      onPointerUp={() => {
        begun.current = undefined;
      }}
    >
      {pieces.map((piece, step) => {
        const colour = colourOf?.(step);
        const isBrushed = brushed && step >= brushed[0] && step <= brushed[1];
        return (
          <span
            key={step}
            data-step={step}
            class={`${step === at ? "at" : ""}${isBrushed ? " in" : ""}`}
            style={colour ? { background: colour.background, color: colour.ink } : undefined}
            title={titleOf?.(step)}
          >
            {shownPiece(piece)}
            {piece === "\n" && <br />}
          </span>
        );
      })}
    </div>
  );
}
