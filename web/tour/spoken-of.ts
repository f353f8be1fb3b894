// What a step of the tour speaks of: outlined, and brought into the window when the step begins.
import { useEffect } from "preact/hooks";
import type { TourStep } from "./steps.tsx";

const MARK = "data-spoken-of";
const MARGIN = 12;

/** What a reader does who has taken over: the page is not scrolled under them. */
const TAKEN_OVER = ["wheel", "pointerdown", "keydown"] as const;

/** Marks what a step speaks of for as long as it is the reader's step; a view may fetch or draw it later, or draw it again. */
export function useSpokenOf(step: TourStep): void {
  useEffect(() => {
    let isReaders = false;
    const found = () => step.speaksOf.map((selector) => document.querySelector(selector));
    const bring = () => {
      const elements = found();
      if (!isReaders && !elements.includes(null)) bringIntoWindow(elements as Element[]);
    };
    // Figures grow once they have their numbers.
    const sizes = new ResizeObserver(bring);
    const mark = () => {
      for (const element of found()) {
        if (!element || element.hasAttribute(MARK)) continue;
        element.setAttribute(MARK, "");
        sizes.observe(element);
      }
    };
    const observer = new MutationObserver(mark);
    observer.observe(document.querySelector("main")!, { childList: true, subtree: true });
    mark();
    const onTakenOver = () => {
      isReaders = true;
    };
    for (const kind of TAKEN_OVER) addEventListener(kind, onTakenOver, { passive: true });
    return () => {
      observer.disconnect();
      sizes.disconnect();
      for (const kind of TAKEN_OVER) removeEventListener(kind, onTakenOver);
      for (const element of document.querySelectorAll(`[${MARK}]`)) element.removeAttribute(MARK);
    };
  }, [step]);
}

/** Scrolls the page so that all of them are seen, the first if they do not fit; the sheet of a phone covers what is under it. */
function bringIntoWindow(elements: readonly Element[]): void {
  const boxes = elements.map((element) => element.getBoundingClientRect());
  const top = Math.min(...boxes.map((box) => box.top));
  const bottom = Math.max(...boxes.map((box) => box.bottom));
  const sheet = document.querySelector(".tour")!;
  const { top: sheetTop, height } = sheet.getBoundingClientRect();
  const covered = sheetTop > MARGIN ? height : 0;
  const room = innerHeight - covered;
  const isSeen = top >= 0 && bottom <= room;
  if (isSeen) return;
  const fits = bottom - top + 2 * MARGIN <= room;
  scrollBy({ top: fits ? top - (room - (bottom - top)) / 2 : top - MARGIN });
}
