// What keeps the stage of the unrolled network going: its width, the folding, the vectors on canvas, panning and zooming.
import { select } from "d3-selection";
import { type D3ZoomEvent, type ZoomTransform, zoom, zoomIdentity } from "d3-zoom";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Trace } from "unrolled/inspect";
import type { Theme } from "../figures/palette.ts";
import { drawLoops, drawVectors, vectorImages } from "../figures/unrolled-canvas.ts";
import { type NetworkShape, type Stage, stageHeight } from "../figures/unrolled-geometry.ts";

const FOLD_MS = 900;

/** 0 rolled up, 1 unrolled, and on the way from one to the other what lies between. */
export function useFold(isUnrolled: boolean, isStill: boolean): number {
  const [fold, setFold] = useState(isUnrolled ? 1 : 0);
  const newest = useRef(fold);
  newest.current = fold;
  useEffect(() => {
    const to = isUnrolled ? 1 : 0;
    if (isStill) return setFold(to);
    let frame = 0;
    let last: number | undefined;
    const move = (now: number) => {
      const passed = (now - (last ?? now)) / FOLD_MS;
      last = now;
      const next =
        to > newest.current ? Math.min(1, newest.current + passed) : Math.max(0, newest.current - passed);
      newest.current = next;
      setFold(next);
      if (next !== to) frame = requestAnimationFrame(move);
    };
    if (newest.current !== to) frame = requestAnimationFrame(move);
    return () => cancelAnimationFrame(frame);
  }, [isUnrolled, isStill]);
  return fold;
}

interface VectorsProps {
  readonly trace: Trace;
  readonly shape: NetworkShape;
  readonly stage: Stage;
  readonly theme: Theme;
}

/** Draws the vectors whenever something of them or of the stage changes. */
export function useVectors(
  canvas: RefObject<HTMLCanvasElement | null>,
  { trace, shape, stage, theme }: VectorsProps,
): void {
  const images = useMemo(() => vectorImages(trace, shape, theme), [trace, shape, theme]);
  const { width, scale, left, fold, at } = stage;
  useLayoutEffect(() => {
    const element = canvas.current!;
    const height = stageHeight(shape);
    const density = devicePixelRatio || 1;
    const [across, down] = [Math.round(width * density), Math.round(height * density)];
    if (element.width !== across || element.height !== down) {
      element.width = across;
      element.height = down;
      element.style.width = `${width}px`;
      element.style.height = `${height}px`;
    }
    const context = element.getContext("2d")!;
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, width, height);
    const seen: Stage = { width, scale, left, fold, at };
    drawLoops(context, trace, shape, seen, theme);
    drawVectors(context, images, shape, seen);
  }, [canvas, images, trace, shape, theme, width, scale, left, fold, at]);
}

const MOST_PIXELS = 240;

/** Lets wheel, pinch and drag move the stage; returns what zooms around its middle. */
export function useZoom(
  area: RefObject<HTMLElement | null>,
  { width, scale, left }: Stage,
  steps: number,
  onZoom: (to: { readonly scale: number; readonly left: number }) => void,
): (factor: number) => void {
  const newest = useRef({ width, scale, left, steps, onZoom });
  newest.current = { width, scale, left, steps, onZoom };
  const behavior = useMemo(() => zoom<HTMLElement, unknown>(), []);
  useEffect(() => {
    let wanted: ZoomTransform | undefined;
    behavior.on("zoom", (event: D3ZoomEvent<HTMLElement, unknown>) => {
      if (!event.sourceEvent) return;
      const isFirst = wanted === undefined;
      wanted = event.transform;
      // At most once a frame, however many wheel events there are.
      if (!isFirst) return;
      requestAnimationFrame(() => {
        const { k, x } = wanted!;
        wanted = undefined;
        newest.current.onZoom({ scale: k, left: -x / k });
      });
    });
    const selection = select(area.current!).call(behavior).on("dblclick.zoom", null);
    return () => {
      selection.on(".zoom", null);
    };
  }, [area, behavior]);
  useEffect(() => {
    const least = Math.min(MOST_PIXELS, width / Math.max(1, steps));
    behavior
      .scaleExtent([Math.min(least, scale), Math.max(MOST_PIXELS, scale)])
      .extent([
        [0, 0],
        [width, 1],
      ])
      .translateExtent([
        [-width / scale / 2, Number.NEGATIVE_INFINITY],
        [steps + width / scale / 2, Number.POSITIVE_INFINITY],
      ]);
    // What the URL or the keyboard has moved is where the next gesture begins.
    select(area.current!).property("__zoom", zoomIdentity.translate(-left * scale, 0).scale(scale));
  }, [area, behavior, width, scale, left, steps]);
  return (factor) => {
    const { width: across, scale: before, left: from, steps: count, onZoom: tell } = newest.current;
    const least = across / Math.max(1, count);
    const after = Math.min(MOST_PIXELS, Math.max(Math.min(least, MOST_PIXELS), before * factor));
    const middle = from + across / before / 2;
    tell({ scale: after, left: middle - across / after / 2 });
  };
}
