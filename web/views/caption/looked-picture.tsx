// A picture with the places that a word looked at: the larger its share, the less a place is veiled.
import { percentOf } from "../../figures/bars.tsx";
import { type Looked, placesOf } from "./attention-places.ts";
import type { ShownPicture } from "./shown-picture.ts";

/** The most of a veil over a place that was not looked at. */
const VEIL = 0.8;
const WIDTH = 384;

export function LookedPicture({
  picture,
  said,
  at,
  place: outlined,
}: {
  readonly picture: Pick<ShownPicture, "url" | "pixels">;
  readonly said: Looked;
  readonly at: number;
  /** A place that is pointed at. */
  readonly place?: number | undefined;
}) {
  const [rows, columns] = said.grid;
  const height = Math.round((WIDTH * picture.pixels.height) / picture.pixels.width);
  const shares = placesOf(said, at);
  const most = Math.max(...shares, Number.MIN_VALUE);
  return (
    <svg
      class="looked-picture"
      width={WIDTH}
      height={height}
      viewBox={`0 0 ${WIDTH} ${height}`}
      role="img"
      aria-label={`The picture; ${JSON.stringify(said.tokens[at])} looked at what is bright`}
    >
      <image href={picture.url} width={WIDTH} height={height} preserveAspectRatio="none" />
      {Array.from(shares, (share, place) => (
        <rect
          // A place is its number.
          key={`place ${place}`}
          x={((place % columns) * WIDTH) / columns}
          y={(Math.floor(place / columns) * height) / rows}
          width={WIDTH / columns}
          height={height / rows}
          class={place === outlined ? "outlined" : undefined}
          fill="#000"
          fill-opacity={Number((VEIL * (1 - share / most)).toFixed(3))}
        >
          <title>{percentOf(share)}</title>
        </rect>
      ))}
    </svg>
  );
}
