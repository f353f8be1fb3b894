// What keeps the stage of the unrolled network going: its width, the folding, the vectors on canvas, panning and zooming.
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Trace } from "unrolled/inspect";
import type { Theme } from "../../figures/palette.ts";
import { drawLoops, drawVectors, vectorImages } from "../../figures/unrolled-canvas.ts";
import { extraOf, type NetworkShape, type Stage, stageHeight } from "../../figures/unrolled-geometry.ts";
import type { Gestures } from "./zooming.ts";

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

/** What is seen of the stage. */
type Window = Pick<Stage, "scale" | "left">;

type Zooming = typeof import("./zooming.ts");

/** Lets wheel, pinch and drag move the stage; returns what zooms around the playhead, or the middle if it is not in the window. */
export function useZoom(
  area: RefObject<HTMLElement | null>,
  stage: Stage,
  steps: number,
  onZoom: (to: Window) => void,
): (factor: number) => void {
  const { width, scale, left } = stage;
  const newest = useRef(onZoom);
  newest.current = onZoom;
  const [zooming, setZooming] = useState<Zooming>();
  const [gestures, setGestures] = useState<Gestures>();
  // The wheel that was turned before there were gestures: it is turned again once they know where the stage is.
  const early = useRef<WheelEvent | undefined>(undefined);
  const areThere = useRef(false);
  // The page's first view does without the code for gestures, which is fetched when a pointer comes near.
  useEffect(() => {
    const element = area.current!;
    let wanted: Promise<Zooming> | undefined;
    const fetched = () => {
      wanted ??= import("./zooming.ts").then((found) => {
        setZooming(found);
        return found;
      });
      return wanted;
    };
    const onEnter = () => void fetched();
    const onWheel = (event: WheelEvent) => {
      element.removeEventListener("wheel", onWheel);
      if (areThere.current) return;
      event.preventDefault();
      early.current = event;
      void fetched();
    };
    element.addEventListener("pointerenter", onEnter, { once: true });
    element.addEventListener("wheel", onWheel);
    return () => {
      element.removeEventListener("pointerenter", onEnter);
      element.removeEventListener("wheel", onWheel);
    };
  }, [area]);
  useEffect(() => {
    if (!zooming) return;
    const made = zooming.gesturesOn(area.current!, (to) => newest.current(to));
    setGestures(made);
    areThere.current = true;
    return () => made.end();
  }, [area, zooming]);
  useLayoutEffect(() => {
    const least = Math.min(MOST_PIXELS, width / Math.max(1, steps));
    // What the URL or the keyboard has moved is where the next gesture begins.
    gestures?.follow({ width, scale, left, steps, pixels: [least, MOST_PIXELS] });
    if (!gestures || !early.current) return;
    const event = new WheelEvent("wheel", early.current);
    early.current = undefined;
    area.current!.dispatchEvent(event);
  }, [gestures, width, scale, left, steps]);
  return (factor) => {
    const least = width / Math.max(1, steps);
    const after = Math.min(MOST_PIXELS, Math.max(Math.min(least, MOST_PIXELS), scale * factor));
    const seen = (width - extraOf(stage)) / scale;
    const isSeen = stage.at + 0.5 >= left && stage.at + 0.5 <= left + seen;
    const held = isSeen ? stage.at + 0.5 : left + width / scale / 2;
    // What is held keeps its place in the window.
    newest.current({ scale: after, left: held - ((held - left) * scale) / after });
  };
}
