import { colourOf, type RampKind } from "./palette.ts";
import { useTheme } from "./theme.ts";

/** What colours mean: −1 to 1, and 0 to 1. */
export function Legend({ kinds }: { readonly kinds: readonly RampKind[] }) {
  const theme = useTheme();
  return (
    <p class="legend">
      {kinds.map((kind) => {
        const least = kind === "diverging" ? -1 : 0;
        const stops = Array.from({ length: 11 }, (_, index) => least + ((1 - least) * index) / 10);
        const colours = stops.map((stop) => colourOf(stop, 1, kind, theme));
        return (
          <span key={kind} class="scale">
            {least === 0 ? "gates: 0" : "states: −1"}
            <i style={{ background: `linear-gradient(to right, ${colours.join(", ")})` }} />1
          </span>
        );
      })}
    </p>
  );
}
