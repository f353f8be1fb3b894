// What was found in a network, at a glance: a unit for quotes, one for brackets, …, each with a passage coloured by it, each a link.

import { useMemo } from "preact/hooks";
import type { UnitResponses } from "unrolled/inspect";
import { largest } from "../figures/matrix-image.ts";
import { withMinus } from "../figures/minus.ts";
import { colourOf, inkOn } from "../figures/palette.ts";
import { useTheme } from "../figures/theme.ts";
import { shownPiece } from "../figures/token-text.tsx";
import type { Page } from "../page.ts";
import { stateToHash } from "../state.ts";
import { type FoundUnit, foundUnits, tellingPassage } from "./found-units.ts";
import "./units.css";

export interface GalleryProps {
  readonly page: Page;
  readonly found: UnitResponses;
  readonly what: "h" | "c";
}

export function UnitsGallery({ page, found, what }: GalleryProps) {
  const { units, without } = useMemo(() => foundUnits(found), [found]);
  return (
    <section class="card gallery" aria-label={`Units that were found${page.side}`}>
      <h2>Found in this network</h2>
      {units.length === 0 && (
        <p class="note">
          No unit follows anything simple of this text closely. A longer text may show one: measure on a file.
        </p>
      )}
      <ul>
        {units.map((each) => (
          <li key={each.title}>
            <FoundCard page={page} found={found} what={what} each={each} />
          </li>
        ))}
      </ul>
      {units.length > 0 && without.length > 0 && (
        <p class="note">None follows closely: {without.join(", ").toLowerCase()}.</p>
      )}
    </section>
  );
}

function FoundCard({ page, found, what, each }: GalleryProps & { readonly each: FoundUnit }) {
  const theme = useTheme();
  const { state } = page;
  const { title, response } = each;
  const { layer, unit } = each.unit;
  const { widths, states } = found.layers[layer];
  const matrix = states[what] ?? states.h;
  const values = useMemo(
    () => found.texts.map((_, t) => matrix[t * widths.h + unit]),
    [found, matrix, widths, unit],
  );
  const feature = found.features.find(({ name }) => name === response.feature)!.values;
  const [first, last] = useMemo(() => tellingPassage(values, feature), [values, feature]);
  const limit = largest(values);
  const isShown = state.layer === layer && state.unit === unit;
  return (
    <a
      href={`#${stateToHash({ ...state, view: "units", layer, unit, feature: response.feature, span: null })}`}
      aria-current={isShown ? "true" : undefined}
      onClick={(event) => {
        // Two models side by side share a page's address, so that the address alone does not say whose unit it is.
        event.preventDefault();
        page.set({ layer, unit, feature: response.feature, span: null });
      }}
    >
      <strong>{title}</strong>{" "}
      <span class="quiet">
        unit {unit}
        {found.layers.length > 1 ? ` of layer ${layer + 1}` : ""} is{" "}
        {response.correlation < 0 ? "low" : "high"}
        {response.areaUnderCurve === undefined
          ? ` as ${response.feature} grows (correlation ${withMinus(response.correlation.toFixed(2))})`
          : ` at ${response.feature} (area under the curve ${response.areaUnderCurve.toFixed(2)})`}
      </span>
      <code class="passage">
        {found.texts.slice(first, last + 1).map((text, index) => {
          const value = values[first + index];
          const look = {
            background: colourOf(value, limit, "diverging", theme),
            color: inkOn(value, limit, "diverging", theme),
          };
          return (
            <span key={`${first + index}`} style={look}>
              {shownPiece(text)}
            </span>
          );
        })}
      </code>
    </a>
  );
}
