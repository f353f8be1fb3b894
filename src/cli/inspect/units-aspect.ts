import { unitOf } from "../../inspect/activations.ts";
import type { UnitResponse, UnitResponses } from "../../inspect/unit-responses.ts";
import { escaped } from "../report/escaped.ts";
import type { Aspect } from "./aspect-names.ts";
import { colourAt } from "./colours.ts";

const UNITS_IN_TABLE = 30;
const UNITS_WITH_TEXT = 6;
const TOKENS_OF_TEXT = 700;

/** What units respond to, strongest first. */
export function unitsAspect(found: UnitResponses): Aspect {
  const rows = found.units.slice(0, UNITS_IN_TABLE).map(({ layer, unit, responses: [best] }) => {
    if (!best) return "";
    const area = best.areaUnderCurve?.toFixed(3) ?? "";
    return `<tr><td>layer&nbsp;${layer + 1}, unit&nbsp;${unit}</td><td>${best.feature}</td><td>${area}</td><td>${best.correlation.toFixed(3)}</td></tr>`;
  });
  return {
    name: "units",
    html:
      `<p>The area under the curve is how often a unit is higher where the feature is than where it is not: 1 always, 0 never, 0.5 by chance.</p>` +
      `<table class="plain"><thead><tr><th>Unit</th><th>responds to</th><th>Area under the curve</th><th>Correlation</th></tr></thead>` +
      `<tbody>${rows.join("")}</tbody></table>${found.units
        .slice(0, UNITS_WITH_TEXT)
        .map((unit) => unitSection(found, unit))
        .join("")}`,
    figures: new Map(),
    json: {
      tokens: found.ids.length,
      features: found.features.map(({ name, kind }) => ({ name, kind })),
      units: found.units.map(({ responses, ...unit }) => ({
        ...unit,
        responses: responses.map(({ areaUnderCurve = null, ...response }) => ({
          ...response,
          areaUnderCurve,
        })),
      })),
    },
  };
}

function unitSection({ layers, texts }: UnitResponses, found: UnitResponse): string {
  const { layer, unit, responses, passages } = found;
  const { states, widths } = layers[layer];
  const activation = unitOf(states.h, widths.h, unit);
  const most = activation.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-6);
  const coloured = texts.slice(0, TOKENS_OF_TEXT).map((text, t) => {
    const colour = colourAt("diverging", 0.5 + activation[t] / most / 2);
    const [red, green, blue] = colour;
    const ink = 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? "#111" : "#fff";
    const visible = escaped(text).replaceAll("\n", "↵\n");
    return `<span style="background:rgb(${colour.join(",")});color:${ink}" title="${activation[t].toFixed(3)}">${visible}</span>`;
  });
  const exciting = passages.map(
    ({ activation: value, before, text, after }) =>
      `<tr><td>${value.toFixed(3)}</td><td><code>${escaped(oneLine(before))}<b>${escaped(oneLine(text))}</b>${escaped(oneLine(after))}</code></td></tr>`,
  );
  const best = responses[0] ? `: ${responses[0].feature}` : "";
  return (
    `<h3>Layer ${layer + 1}, unit ${unit}${best}</h3><pre class="passage">${coloured.join("")}</pre>` +
    `<table class="plain"><thead><tr><th>h</th><th>where it is highest</th></tr></thead><tbody>${exciting.join("")}</tbody></table>`
  );
}

function oneLine(text: string): string {
  return text.replaceAll("\n", "↵");
}
