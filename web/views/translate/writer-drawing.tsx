// An encoder, attention and a decoder as one drawing: the states of both sides, lines to where each token of the target looked, a step in
// numbers.
import type { ComponentChildren } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import type { WrittenReading } from "../../engine/writer-protocol.ts";
import { elementSource } from "../../export/element-source.ts";
import { ExportButtons } from "../../export/export-buttons.tsx";
import { type ColourScale, Legend } from "../../figures/legend.tsx";
import { quantitiesOf } from "../../figures/quantities.ts";
import { useTheme } from "../../figures/theme.ts";
import { useWidth } from "../../figures/width.ts";
import { described } from "../../model-bar.tsx";
import type { Page } from "../../page.ts";
import { shown } from "../equations.ts";
import { AlignmentMatrix } from "./alignment-matrix.tsx";
import { type Looks, meanOfHeads, sayLooks } from "./attention-shares.ts";
import { TargetStep } from "./target-step.tsx";
import { alignmentCsv, translationJson } from "./translation-table.ts";
import { TranslatorDiagram } from "./translator-diagram.tsx";
import {
  type TranslatorPlace,
  type TranslatorShape,
  translatorPlaceAt,
  translatorPlaces,
} from "./translator-geometry.ts";
import { useTranslatorVectors } from "./translator-vectors.ts";

export interface WriterDrawingProps {
  readonly page: Page;
  readonly written: WrittenReading;
  /** What files are called that are saved of it. */
  readonly name: string;
  /** Where of the source the decoder's first states come from; its end if not given. */
  readonly handsOver?: number | undefined;
  /** Names the matrix of all shares; it is not drawn if not given. */
  readonly matrixTitle?: string;
  /** Is told what is pointed at. */
  readonly onPointed?: (place: TranslatorPlace | undefined) => void;
  /** Stands below the drawing. */
  readonly children?: ComponentChildren;
}

export function WriterDrawing(props: WriterDrawingProps) {
  const { page, written, name, handsOver, matrixTitle, onPointed, children } = props;
  const { state, set } = page;
  const { source, target, heads, encoder, decoder } = written;
  const figure = useRef<HTMLDivElement>(null);
  const area = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  const width = useWidth(figure);
  const [pointed, point] = useState<TranslatorPlace>();
  const [head, setHead] = useState<number>();
  const [quantity, setQuantity] = useState("h");
  const layers = useMemo(() => [...encoder, ...decoder], [encoder, decoder]);
  const each = useMemo(() => layers.map(quantitiesOf), [layers]);
  const names = each[each.length - 1].map((own) => own.name);
  const rows = useMemo(
    () => each.map((own) => own.find(({ name }) => name === quantity) ?? own[0]),
    [each, quantity],
  );
  const looks = useMemo((): Looks => {
    const weights = head === undefined ? meanOfHeads(heads) : (heads[head] ?? meanOfHeads(heads));
    return { source, target, weights };
  }, [source, target, heads, head]);
  const shape = useMemo(
    (): TranslatorShape => ({
      source,
      target,
      encoderRows: encoder.length,
      decoderRows: decoder.length,
      handsOver,
    }),
    [source, target, encoder, decoder, handsOver],
  );
  const places = useMemo(() => translatorPlaces(shape, width), [shape, width]);
  useTranslatorVectors(canvas, rows, places, theme);
  const at = Math.min(state.at, target.length - 1);
  const here: TranslatorPlace = { side: "target", step: at };
  const isThere = pointed && pointed.step < (pointed.side === "source" ? source : target).length;
  const told = isThere ? pointed : here;
  const rowNames = useMemo(() => rowNamesOf(layers), [layers]);

  const setPointed = (place: TranslatorPlace | undefined) => {
    point(place);
    onPointed?.(place);
  };
  const goTo = (step: number) => set({ at: Math.min(target.length - 1, Math.max(0, step)) });
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: target.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    setPointed(undefined);
    goTo(to);
  };
  const placeOf = (event: MouseEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    return translatorPlaceAt(event.clientX - box.left, event.clientY - box.top, shape, places);
  };
  const saying = () => {
    const looked = sayLooks(looks, told);
    if (told.row === undefined || told.share === undefined) return looked;
    const { values, units, name } = rows[told.row];
    const unit = Math.floor(told.share * units);
    return `${name}[${unit}] of the ${rowNames[told.row]} = ${shown(values[told.step * units + unit], 4)}; ${looked}`;
  };
  const alike = rows.filter(({ name }) => name === rows[rows.length - 1].name);
  const scales: ColourScale[] = [
    ...(heads.length > 0 ? [{ name: "share of attention", kind: "sequential", limit: 1 } as const] : []),
    { name: alike[0].name, kind: alike[0].kind, limit: Math.max(...alike.map(({ limit }) => limit)) },
  ];

  return (
    <>
      <div class="controls">
        <label>
          In the cells{" "}
          <select value={quantity} onChange={({ currentTarget }) => setQuantity(currentTarget.value)}>
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        {heads.length > 1 && (
          <label>
            Head{" "}
            <select
              value={head ?? ""}
              onChange={({ currentTarget: { value } }) => setHead(value === "" ? undefined : Number(value))}
            >
              <option value="">the mean of all</option>
              {heads.map((_, index) => (
                // A head is its number.
                <option key={`head ${index}`} value={index}>
                  {index + 1}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <p class="readout" data-testid="pointed">
        {saying()}
      </p>
      <div ref={figure}>
        <div
          ref={area}
          class="translator-figure"
          role="slider"
          tabIndex={0}
          aria-label="The encoder, attention and the decoder. Left and right arrows move through the target"
          aria-valuemin={1}
          aria-valuemax={target.length}
          aria-valuenow={at + 1}
          aria-valuetext={`step ${at + 1} of ${target.length}, ${sayLooks(looks, here)}`}
          onKeyDown={onKeyDown}
          onPointerMove={(event) => setPointed(placeOf(event))}
          onPointerLeave={() => setPointed(undefined)}
          onClick={(event) => {
            const place = placeOf(event);
            if (place?.side === "target") goTo(place.step);
          }}
        >
          <canvas ref={canvas} style={{ width: `${places.width}px`, height: `${places.height}px` }} />
          <TranslatorDiagram {...{ shape, places, looks, rowNames, told }} />
        </div>
      </div>
      <Legend scales={scales} />
      <div class="translate-below">
        {matrixTitle !== undefined && heads.length > 0 && (
          <AlignmentMatrix title={matrixTitle} {...{ looks, told }} onPoint={setPointed} onAt={goTo} />
        )}
        <TargetStep {...{ written, looks }} step={told.side === "target" ? told.step : at} />
      </div>
      {children}
      <ExportButtons
        name={name}
        figure={elementSource(area, {
          title: written.text,
          subtitle: described(page.model!),
          scales,
        })}
        csv={() => alignmentCsv(looks)}
        json={() => translationJson(written)}
        model={state.model}
      />
    </>
  );
}

/** The rows' names; layers of one side are counted where there is more than one. */
function rowNamesOf(layers: WrittenReading["encoder"]): string[] {
  const sides = layers.map(({ name, direction }) => `${name.split(".")[0]} ${direction}`);
  return sides.map((side, at) => {
    const number = sides.slice(0, at + 1).filter((other) => other === side).length;
    const [name, direction] = side.split(" ");
    const isOnly = sides.filter((other) => other === side).length === 1;
    const arrow = { forward: " →", backward: " ←", undefined: "" }[direction];
    return `${name}${isOnly ? "" : ` ${number}`}${arrow}`;
  });
}
