// What each unit does: a text coloured by any unit's activation, units ranked by what they respond to, the passages that excite them
// most, and a brushed pattern found elsewhere.

import { useEffect, useMemo, useRef } from "preact/hooks";
import type { UnitResponse, UnitResponses } from "unrolled/inspect";
import type { Reading, TextSource } from "../engine/protocol.ts";
import { ExportButtons } from "../export/export-buttons.tsx";
import { plainNumbers, unitsCsv } from "../export/inspection-table.ts";
import { largest } from "../figures/matrix-image.ts";
import { withMinus } from "../figures/minus.ts";
import { colourOf, inkOn } from "../figures/palette.ts";
import { useTheme } from "../figures/theme.ts";
import { shownPiece, TokenText } from "../figures/token-text.tsx";
import type { Page } from "../page.ts";
import { INITIAL_STATE, stateToHash } from "../state.ts";
import { mostSaying } from "../units/found-units.ts";
import { unitFigure } from "../units/unit-figure.ts";
import { UnitsGallery } from "../units/units-gallery.tsx";
import { useAnswer } from "./answered.ts";
import { layerName } from "./layer-choice.tsx";
import { within } from "./play.tsx";
import { ResponsesTable } from "./responses-table.tsx";
import { Similar } from "./similar-passages.tsx";
import { readPieces } from "./tasks/read-pieces.ts";
import { TextSourceChoice, useTextSource } from "./text-source.tsx";

/** Tokens of a long text that are shown. */
const SHOWN_TOKENS = 1500;
const SHOWN_UNITS = 40;

export function UnitsView({ page }: { readonly page: Page }) {
  const { reading, model, state, set } = page;
  const chosen = useTextSource(page);
  // What a task's model reads it is given: it writes nothing.
  const isOfTask = reading?.task !== undefined;
  const source: TextSource = isOfTask ? { kind: "reading" } : chosen.source;
  const hasCellState = reading?.trace.layers[0].states.c !== undefined;
  const what = hasCellState ? state.what : "h";
  const question = reading && ({ slot: "a", on: source, what } as const);
  const isOwnText = source.kind === "reading";
  const { answer, problem } = useAnswer(page, "units", question, [
    source.kind,
    chosen.name,
    what,
    model,
    isOwnText ? reading : reading === undefined,
  ]);
  return (
    <section aria-label={`What units do${page.side}`}>
      {!isOfTask && <TextSourceChoice chosen={chosen} />}
      {hasCellState && (
        <div class="controls">
          <label>
            Activation{" "}
            <select
              value={what}
              onChange={({ currentTarget }) => set({ what: currentTarget.value as "h" | "c" })}
            >
              <option value="h">hidden state h</option>
              <option value="c">cell state c</option>
            </select>
          </label>
        </div>
      )}
      {problem !== undefined && <p class="problem">{problem}</p>}
      {answer ? (
        <Units page={page} found={answer} what={what} />
      ) : (
        problem === undefined && <p class="waiting">Measuring what the units respond to …</p>
      )}
    </section>
  );
}

interface UnitsProps {
  readonly page: Page;
  readonly found: UnitResponses;
  readonly what: "h" | "c";
}

function Units({ page, found, what }: UnitsProps) {
  const { state, set } = page;
  const ranked = useMemo(() => rankedBy(found.units, state.feature), [found, state.feature]);
  const layer = Math.min(state.layer, found.layers.length - 1);
  const unit = Math.min(state.unit, found.layers[layer].widths.h - 1);
  useOpening(page, found);
  const selected = found.units.find((each) => each.layer === layer && each.unit === unit)!;
  return (
    <div class="unit-columns">
      <UnitsGallery page={page} found={found} what={what} />
      <div class="card">
        <h2>Units by what they respond to</h2>
        <label class="controls">
          Feature{" "}
          <select
            value={state.feature}
            onChange={({ currentTarget }) => set({ feature: currentTarget.value })}
          >
            <option value="">whatever each answers to most</option>
            {found.features.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <ol class="unit-list" aria-label="Units, strongest first">
          {ranked.slice(0, SHOWN_UNITS).map((each) => (
            <UnitRow
              key={`${each.layer} ${each.unit}`}
              found={each}
              reading={page.reading}
              feature={state.feature}
              isSelected={each === selected}
              onSelect={() => set({ layer: each.layer, unit: each.unit, span: null })}
            />
          ))}
        </ol>
      </div>
      <SelectedUnit page={page} found={found} selected={selected} what={what} />
      <ExportButtons
        name="units"
        figure={unitFigure(page, found, selected, what)}
        csv={() => unitsCsv(found)}
        json={() =>
          plainNumbers({
            features: found.features.map(({ name, kind }) => ({ name, kind })),
            units: found.units,
          })
        }
        model={state.model}
      />
    </div>
  );
}

/** Where the link names no unit, the view opens on the one that says most; a model or a text that comes later changes nothing. */
function useOpening({ state, set }: Page, found: UnitResponses): void {
  const isOpened = useRef(false);
  useEffect(() => {
    if (isOpened.current) return;
    isOpened.current = true;
    if (state.layer !== INITIAL_STATE.layer || state.unit !== INITIAL_STATE.unit) return;
    const { layer, unit } = mostSaying(found);
    set({ layer, unit });
  }, [found]);
}

function rankedBy(units: readonly UnitResponse[], feature: string): readonly UnitResponse[] {
  if (feature === "") return units;
  const strength = ({ responses }: UnitResponse) =>
    responses.find((response) => response.feature === feature)?.strength ?? 0;
  return [...units].sort((a, b) => strength(b) - strength(a));
}

interface UnitRowProps {
  readonly reading: Reading | undefined;
  readonly found: UnitResponse;
  readonly feature: string;
  readonly isSelected: boolean;
  onSelect(): void;
}

function UnitRow({ found, reading, feature, isSelected, onSelect }: UnitRowProps) {
  const { layer, unit, responses } = found;
  const shown = responses.find((response) => response.feature === feature) ?? responses[0];
  return (
    <li>
      <button type="button" aria-pressed={isSelected} onClick={onSelect}>
        <span>
          layer {layerName(reading, layer)}, unit {unit}
        </span>
        <span>{shown ? `${directionOf(shown.correlation)} ${shown.feature}` : "–"}</span>
        <span class="figure">{shown ? shown.strength.toFixed(2) : ""}</span>
      </button>
    </li>
  );
}

function directionOf(correlation: number): string {
  return correlation < 0 ? "low at" : "high at";
}

function SelectedUnit({ page, found, selected, what }: UnitsProps & { readonly selected: UnitResponse }) {
  const { state, set, reading } = page;
  const theme = useTheme();
  const { layer, unit } = selected;
  const { states, widths } = found.layers[layer];
  const hiddenSize = widths.h;
  const values = states[what] ?? states.h;
  const limit = useMemo(
    () => largest(values.filter((_, place) => place % hiddenSize === unit)),
    [values, unit],
  );
  const coloured = (numbers: Float32Array, step: number) => {
    const value = numbers[step * hiddenSize + unit];
    return {
      background: colourOf(value, limit, "diverging", theme),
      ink: inkOn(value, limit, "diverging", theme),
    };
  };
  const isOfTask = reading?.task !== undefined;
  const pieces = reading && isOfTask ? readPieces(page, reading) : found.texts.slice(0, SHOWN_TOKENS);
  const span = within(state.span, found.texts.length);
  const readingLayer = reading?.trace.layers[layer];
  const readingValues = readingLayer?.states[what]?.subarray(hiddenSize);
  return (
    <div class="card selected-unit">
      <h2>
        {what} of unit {unit}, layer {layerName(reading, layer)}
      </h2>
      <p class="readout" data-testid="unit-facts">
        mean {withMinus(selected.mean.toFixed(3))}, standard deviation {selected.deviation.toFixed(3)},
        largest {limit.toFixed(3)}
      </p>
      <ResponsesTable found={selected} />
      {reading && readingValues && !isOfTask && (
        <>
          <h3>On your text</h3>
          <TokenText
            label={`Your text coloured by unit ${unit}`}
            pieces={reading.pieces}
            at={Math.min(state.at, reading.pieces.length - 1)}
            onAt={(at) => set({ at })}
            colourOf={(step) => coloured(readingValues, step)}
            titleOf={(step) =>
              `${what}[${unit}] = ${withMinus(readingValues[step * hiddenSize + unit].toFixed(3))}`
            }
          />
        </>
      )}
      <h3>
        On {found.texts.length.toLocaleString("en")} {isOfTask ? "steps" : "tokens"}; drag over a passage to
        find where else the state is like it
      </h3>
      <TokenText
        label={`The text measured on, coloured by unit ${unit}`}
        pieces={pieces}
        at={Math.min(span?.[1] ?? 0, pieces.length - 1)}
        brushed={span}
        onAt={(step) => set({ span: [step, step] })}
        onBrush={(steps) => set({ span: steps })}
        colourOf={(step) => coloured(values, step)}
        titleOf={(step) => `${what}[${unit}] = ${withMinus(values[step * hiddenSize + unit].toFixed(3))}`}
      />
      {span && (
        <Similar
          found={found}
          values={values}
          hiddenSize={hiddenSize}
          span={span}
          hrefTo={(to) => `#${stateToHash({ ...state, span: to })}`}
        />
      )}
      <h3>Where it is highest</h3>
      <table class="passages">
        <tbody>
          {selected.passages.map(({ t, activation, before, text, after }) => (
            <tr key={t}>
              <td class="numbers">{threeDecimals(activation)}</td>
              <td>
                <code>
                  {shownPiece(before)}
                  <mark>{shownPiece(text)}</mark>
                  {shownPiece(after)}
                </code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Without the sign of what rounds to nothing. */
function threeDecimals(value: number): string {
  return withMinus(value.toFixed(3).replace(/^-(?=0\.000$)/, ""));
}
