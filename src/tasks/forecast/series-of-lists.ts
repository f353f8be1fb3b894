// Series as lists of numbers: in code, and in JSON files.
import { type DataSource, isJson, linesOf, titleOf } from "../../data/tables/data-source.ts";
import { wholeText } from "../../data/tables/read-rows.ts";
import { UnrolledError } from "../../errors.ts";
import { isRecord } from "../../options/field-checks.ts";
import type { ForecastRecord, ForecastSeries } from "./forecast-series.ts";

type WideSeries = ForecastSeries & { readonly width: number };

/**
 * Series of records, of JSON files (a list of numbers, a list of such lists, or an object of them by name), and of JSON lines, a list a
 * line; null is a missing value.
 */
export async function seriesOfLists(
  records: readonly ForecastRecord[],
  sources: readonly DataSource[],
): Promise<WideSeries[]> {
  const found = records.map((record) => {
    if (Array.isArray(record)) return listSeries(null, record, "data");
    const { name, values } = record as Exclude<ForecastRecord, readonly number[]>;
    return listSeries(name ?? null, values, "data");
  });
  for (const source of sources) {
    const title = titleOf(source);
    if (!isJson(source)) {
      for await (const { text, line } of linesOf(source)) {
        const place = `${title}, line ${line},`;
        if (text.trim() !== "") found.push(listSeries(null, parsed(text, place), place));
      }
      continue;
    }
    const content = parsed(await wholeText(source), title);
    if (isRecord(content))
      for (const [name, values] of Object.entries(content)) found.push(listSeries(name, values, title));
    else if (Array.isArray(content) && content.every(isNumberOrNull))
      found.push(listSeries(null, content, title));
    else if (Array.isArray(content))
      for (const values of content) found.push(listSeries(null, values, title));
    else throw notSeries(title, content);
  }
  return found;
}

function parsed(text: string, title: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnrolledError("invalid-file", {
      call: "train",
      problem: `${title} is no JSON: ${(error as Error).message}`,
    });
  }
}

function listSeries(name: string | null, values: unknown, title: string): WideSeries {
  if (!Array.isArray(values) || values.length === 0) throw notSeries(title, values);
  const steps = values.map((step) => (Array.isArray(step) ? step : [step]));
  const width = steps[0].length;
  const isEven = steps.every((step) => step.length === width && step.every(isNumberOrNull));
  if (!isEven || width === 0) throw notSeries(title, values);
  const none = new Float64Array(0);
  const numbers = Float64Array.from(steps.flat(), (value) => value ?? Number.NaN);
  return { name, start: null, values: numbers, known: none, observed: none, statics: [], width };
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || typeof value === "number";
}

function notSeries(title: string, got: unknown): UnrolledError {
  return new UnrolledError("invalid-file", {
    call: "train",
    problem: `${title} holds ${JSON.stringify(got)?.slice(0, 60)}, needed a list of numbers for each series`,
  });
}
