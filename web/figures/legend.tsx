import { colourOf, type RampKind } from "./palette.ts";
import { useTheme } from "./theme.ts";

/** What is coloured by one scale, and the number that has the strongest colour. */
export interface ColourScale {
  readonly name: string;
  readonly kind: RampKind;
  readonly limit: number;
}

/** What colours mean, for each quantity. */
export function Legend({ scales }: { readonly scales: readonly ColourScale[] }) {
  const theme = useTheme();
  return (
    <p class="legend">
      {alike(scales).map(({ name, kind, limit }) => {
        const least = kind === "diverging" ? -limit : 0;
        const stops = Array.from({ length: 11 }, (_, index) => least + ((limit - least) * index) / 10);
        const colours = stops.map((stop) => colourOf(stop, limit, kind, theme));
        return (
          <span key={name} class="scale">
            <b>{name}</b> {least === 0 ? "0" : `−${limitOf(limit)}`}
            <i style={{ background: `linear-gradient(to right, ${colours.join(", ")})` }} />
            {limitOf(limit)}
          </span>
        );
      })}
    </p>
  );
}

/** Scales that are the same, with all their names. */
export function alike(scales: readonly ColourScale[]): ColourScale[] {
  const found: ColourScale[] = [];
  for (const scale of scales) {
    const same = found.findIndex(({ kind, limit }) => kind === scale.kind && limit === scale.limit);
    if (same < 0) found.push(scale);
    else found[same] = { ...found[same], name: `${found[same].name}, ${scale.name}` };
  }
  return found;
}

function limitOf(limit: number): string {
  return String(Number(limit.toPrecision(2)));
}
