// Probabilities as bars: pale what is expected, strong what is drawn from.
import { shownPiece } from "./token-text.tsx";

export interface BarFigure {
  readonly shares: readonly { readonly id: number; readonly probability: number; readonly sampled: number }[];
  readonly tokens: readonly string[];
  /** The token that does come. */
  readonly actual: number | undefined;
}

const ROW = 26;

/** A drawing of the bars alone, to be taken away. */
export function BarsDrawing({ shares, tokens, actual, width }: BarFigure & { readonly width: number }) {
  const most = shares.reduce(
    (longest, { probability, sampled }) => Math.max(longest, probability, sampled),
    0,
  );
  const length = (share: number) => (most > 0 ? (Math.max(0, width - 250) * share) / most : 0);
  return (
    <svg
      class="bars-drawing"
      width={width}
      height={ROW * shares.length}
      viewBox={`0 0 ${width} ${ROW * shares.length}`}
      role="img"
      aria-label="The likeliest next tokens"
    >
      {shares.map(({ id, probability, sampled }, row) => (
        <g key={id} transform={`translate(0 ${row * ROW})`}>
          <text class="name" x={60} y={17}>
            {tokens[id] === " " ? "space" : shownPiece(tokens[id])}
          </text>
          <rect class="expected" x={70} y={2} width={length(probability)} height={20} />
          <rect class="sampled" x={70} y={7} width={length(sampled)} height={10} />
          <text class={id === actual ? "share actual" : "share"} x={width - 172} y={17}>
            {percentOf(sampled)} ({percentOf(probability)}){id === actual ? " comes" : ""}
          </text>
        </g>
      ))}
    </svg>
  );
}

/** A probability as a reader takes it in at a glance. */
export function percentOf(probability: number): string {
  if (probability >= 0.0995) return `${(100 * probability).toFixed(0)} %`;
  return probability >= 0.001 ? `${(100 * probability).toFixed(1)} %` : "< 0.1 %";
}
