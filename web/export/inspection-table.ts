// What is measured inside a network as tables and as plain data.
import type { GradientsThroughTime, Reach, UnitResponses } from "unrolled/inspect";
import type { SaidGradients, SaidReach } from "../engine/protocol.ts";
import { csvField } from "./trace-table.ts";

/** |∂loss_t/∂x_s| and |∂loss_t/∂h_s| of every layer, a row for each prediction and step before it (RFC 4180). */
export function gradientsCsv(found: GradientsThroughTime, pieces: readonly string[]): string {
  const { predictions, inputs, layers } = found;
  const rows = [
    ["t", "s", "token t", "token s", "x", ...layers.map((_, layer) => `h of layer ${layer + 1}`)],
  ];
  for (let t = 0; t < predictions; t++)
    for (let s = 0; s <= t; s++) {
      const place = t * predictions + s;
      const numbers = [inputs[place], ...layers.map(({ states }) => states.h[place])].map(String);
      rows.push([String(t + 1), String(s + 1), csvField(pieces[t]), csvField(pieces[s]), ...numbers]);
    }
  return joined(rows);
}

/** Loss for each length of context, with its interval. */
export function reachCsv({ contexts }: Reach): string {
  const rows = contexts.map(({ context, lossNats, interval, excessNats, excessInterval }) =>
    [context, lossNats, ...interval, excessNats, ...excessInterval].map(String),
  );
  const head = ["context", "lossNats", "from", "to", "excessNats", "excessFrom", "excessTo"];
  return joined([head, ...rows]);
}

/** What each thing said rests on, a row for each step. */
export function saidGradientsCsv(
  { rows, steps, inputs, signed, layers }: SaidGradients,
  pieces: readonly string[],
): string {
  const head = [
    "said",
    "at step",
    "step",
    "read",
    "x",
    "signed",
    ...layers.map((_, at) => `h of layer ${at + 1}`),
  ];
  const lines = rows.flatMap(({ name, at }, row) =>
    pieces.slice(0, steps).map((piece, step) => {
      const place = row * steps + step;
      const numbers = [inputs[place], signed[place], ...layers.map((layer) => layer[place])].map(String);
      return [csvField(name), String(at + 1), String(step + 1), csvField(piece), ...numbers];
    }),
  );
  return joined([head, ...lines]);
}

/** How far what is said is from what all steps say, for each number of steps. */
export function saidReachCsv({ contexts, apart }: SaidReach): string {
  return joined([["steps", "apart"], ...contexts.map((context, at) => [String(context), String(apart[at])])]);
}

/** Each unit's answer to each feature. */
export function unitsCsv({ units }: UnitResponses): string {
  const rows = units.flatMap(({ layer, unit, responses }) =>
    responses.map(({ feature, correlation, areaUnderCurve, strength }) => [
      String(layer + 1),
      String(unit),
      csvField(feature),
      String(correlation),
      areaUnderCurve === undefined ? "" : String(areaUnderCurve),
      String(strength),
    ]),
  );
  return joined([["layer", "unit", "feature", "correlation", "areaUnderCurve", "strength"], ...rows]);
}

/** How much each token surprises the network as it is and as it was changed, in nats: a row for each token after the first. */
export function interferenceCsv(
  pieces: readonly string[],
  plainNats: ArrayLike<number>,
  changedNats: ArrayLike<number>,
): string {
  const rows = pieces
    .slice(1)
    .map((piece, t) => [String(t + 2), csvField(piece), String(plainNats[t]), String(changedNats[t])]);
  return joined([["step", "token", "as it is", "changed"], ...rows]);
}

/** Anything as JSON can hold it: arrays of numbers as lists, what is no number as null. */
export function plainNumbers(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, plainNumbers);
  if (Array.isArray(value)) return value.map(plainNumbers);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plainNumbers(part)]));
}

function joined(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.join(",")}\r\n`).join("");
}
