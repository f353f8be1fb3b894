// The drawing over an encoder-decoder's vectors: tokens, the cells of each step, and lines to where a token looked, as wide as its share.
import { colourOf } from "../../figures/palette.ts";
import { useTheme } from "../../figures/theme.ts";
import { type Look, type Looks, looksFrom } from "./attention-shares.ts";
import type { TranslatorPlace, TranslatorPlaces, TranslatorShape } from "./translator-geometry.ts";

export interface TranslatorDiagramProps {
  readonly shape: TranslatorShape;
  readonly places: TranslatorPlaces;
  readonly looks: Looks;
  /** What each row of cells is, from the top. */
  readonly rowNames: readonly string[];
  /** The token that is spoken of. */
  readonly told: TranslatorPlace;
}

/** Pixels of a line for all of the attention. */
const WIDEST = 9;

export function TranslatorDiagram({ shape, places, looks, rowNames, told }: TranslatorDiagramProps) {
  const theme = useTheme();
  const { width, height, middle, encoderEnd, decoderTop, decoderEnd, gutter } = places;
  const lit = looksFrom(looks, told);
  const bridge = middle(shape.handsOver ?? shape.source.length - 1);
  const side = (name: TranslatorPlace["side"]) => (
    <Tokens
      {...{ places, lit, told, side: name, tokens: shape[name] }}
      colourOf={(share) => colourOf(share, 1, "sequential", theme)}
    />
  );
  return (
    <svg
      class="translator-diagram"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
    >
      {lit.map(({ step, share }) => {
        const [from, to] = told.side === "target" ? [step, told.step] : [told.step, step];
        return (
          <path
            key={step}
            class="look"
            stroke-width={Number((WIDEST * share).toFixed(2))}
            d={lineBetween(middle(from), encoderEnd, middle(to), decoderTop)}
          />
        );
      })}
      <path
        class="bridge"
        d={`M${bridge},${encoderEnd}C${bridge},${decoderTop - 20} ${gutter},${decoderTop - 60} ${gutter + 4},${decoderTop - 2}`}
      />
      {rowNames.map((name, row) => (
        <text key={name} class="row-name" x={gutter - 8} y={places.rowTop(row) + places.cellHeight / 2 + 4}>
          {name}
        </text>
      ))}
      {side("source")}
      {side("target")}
      <rect
        class="here"
        x={middle(told.step) - places.pitch / 2}
        y={told.side === "source" ? 1 : decoderTop - 4}
        width={places.pitch}
        height={told.side === "source" ? encoderEnd + 3 : decoderEnd - decoderTop + places.room + 8}
      />
    </svg>
  );
}

function lineBetween(x: number, y: number, toX: number, toY: number): string {
  const bend = (toY - y) / 2;
  return `M${x},${y}C${x},${y + bend} ${toX},${toY - bend} ${toX},${toY}`;
}

interface TokensProps {
  readonly places: TranslatorPlaces;
  readonly side: TranslatorPlace["side"];
  readonly tokens: readonly string[];
  readonly told: TranslatorPlace;
  readonly lit: readonly Look[];
  colourOf(share: number): string;
}

function Tokens({ places, side, tokens, told, lit, colourOf }: TokensProps) {
  const { encoderTop, decoderEnd, middle, isUpright, pitch, room } = places;
  const isSource = side === "source";
  const y = isSource ? encoderTop - 6 : decoderEnd + 16;
  return (
    <>
      {tokens.map((token, step) => {
        const x = middle(step);
        const share = told.side === side ? undefined : lit.find((look) => look.step === step)?.share;
        const anchor = !isUpright ? "middle" : isSource ? "start" : "end";
        return (
          // A token is its place.
          <g key={`${side} ${step}`}>
            {share !== undefined && (
              <rect
                class="lit"
                data-share={share.toFixed(3)}
                fill={colourOf(share)}
                x={x - pitch / 2 + 1}
                y={isSource ? encoderTop - 4 : decoderEnd + 1}
                width={pitch - 2}
                height={3}
              />
            )}
            <text
              class={told.side === side && told.step === step ? `${side} token told` : `${side} token`}
              text-anchor={anchor}
              opacity={share === undefined && told.side !== side ? 0.45 : undefined}
              transform={isUpright ? `translate(${x + 4} ${y}) rotate(-90)` : `translate(${x} ${y})`}
            >
              {isUpright ? shortened(token, room) : token}
            </text>
          </g>
        );
      })}
    </>
  );
}

/** Pixels of a letter. */
const LETTER = 8;

function shortened(token: string, room: number): string {
  const letters = Array.from(token);
  const most = Math.max(3, Math.floor(room / LETTER));
  return letters.length <= most ? token : `${letters.slice(0, most - 1).join("")}…`;
}
