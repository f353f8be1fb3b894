// How strongly the last answer's gradient is felt at each step of the sequence, over the sequence itself: bars on a scale of powers of
// ten, the last step's bar at 1.

export interface GradientBarsProps {
  readonly title: string;
  /** What the network read, what it should have said (a space where nothing is asked) and what it said. */
  readonly inputs: string;
  readonly targets: string;
  readonly said: string;
  /** Norms by step; none before the first look. */
  readonly norms: ArrayLike<number> | undefined;
  /** What the norms are of, such as "h". */
  readonly of: string;
  readonly width: number;
}

const [LEFT, RIGHT, TOP] = [92, 8, 26];
const [ROW, BARS, BELOW] = [20, 170, 40];
/** Powers of ten below 1 that are told apart. */
const DECADES = 12;

/** A step's norm as a share of the last step's. */
export function sharesOf(norms: ArrayLike<number>): number[] {
  const last = norms[norms.length - 1];
  return Array.from({ length: norms.length }, (_, t) => (last > 0 ? norms[t] / last : 0));
}

/** How high a share stands, from 0 for 10⁻¹² and less to 1 for 1 and more. */
export function heightOf(share: number): number {
  if (!(share > 0)) return 0;
  return Math.min(1, Math.max(0, 1 + Math.log10(share) / DECADES));
}

export function GradientBars({ title, inputs, targets, said, norms, of, width }: GradientBarsProps) {
  const steps = Math.max(1, inputs.length);
  const pitch = (width - LEFT - RIGHT) / steps;
  const top = TOP + 3 * ROW + 12;
  const bottom = top + BARS;
  const height = bottom + BELOW;
  const middle = (t: number) => LEFT + (t + 0.5) * pitch;
  const shares = norms ? sharesOf(norms) : [];
  const size = Math.min(15, pitch * 1.55);
  const rows = [
    { name: "reads", y: TOP + ROW - 6, characters: inputs },
    { name: "should say", y: TOP + 2 * ROW - 6, characters: targets },
    { name: "says", y: TOP + 3 * ROW - 6, characters: said },
  ];
  return (
    <svg
      class="gradient-bars"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={`${title}: the gradient of the last answer at each of ${steps} steps`}
    >
      <text class="title" x={0} y={16}>
        {title}
      </text>
      {rows.map(({ name, y, characters }, row) => (
        <g key={name}>
          <text class="name" x={LEFT - 6} y={y}>
            {name}
          </text>
          {Array.from(characters, (character, t) =>
            character === " " ? null : (
              <text
                // A character is its place.
                key={`step ${t}`}
                class={row === 2 && character !== targets[t] ? "character wrong" : "character"}
                x={middle(t)}
                y={y}
                style={{ fontSize: `${size}px` }}
              >
                {character}
              </text>
            ),
          )}
        </g>
      ))}
      {[0, 3, 6, 9, 12].map((power) => {
        const y = bottom - heightOf(10 ** -power) * BARS;
        return (
          <g key={power}>
            <line class="grid" x1={LEFT} x2={width - RIGHT} y1={y} y2={y} />
            <text class="name" x={LEFT - 6} y={y + 4}>
              {power === 0 ? "1" : power === DECADES ? "10⁻¹² or less" : `10⁻${"⁰¹²³⁴⁵⁶⁷⁸⁹"[power]}`}
            </text>
          </g>
        );
      })}
      {shares.map((share, t) => {
        const tall = heightOf(share) * BARS;
        return (
          <rect
            key={`step ${t}`}
            class={share > 1e-6 ? "bar" : "bar vanished"}
            x={LEFT + t * pitch + 0.5}
            width={Math.max(1, pitch - 1)}
            y={bottom - tall}
            height={tall}
          />
        );
      })}
      <text class="axis" x={LEFT} y={bottom + 15} text-anchor="start">
        step 1
      </text>
      <text class="axis" x={width - RIGHT} y={bottom + 15} text-anchor="end">
        step {steps}: the last answer
      </text>
      <text class="axis" x={(LEFT + width - RIGHT) / 2} y={bottom + 33} text-anchor="middle">
        ← |∂L/∂{of}| on its way back, as a share of the last step’s
      </text>
    </svg>
  );
}
