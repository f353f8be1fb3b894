import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

/** How wide an element is now, in pixels, as long as it is there. */
export function useWidth(area: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(() => Math.min(1248, document.documentElement.clientWidth - 20));
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(entry.contentRect.width));
    observer.observe(area.current!);
    return () => observer.disconnect();
  }, [area]);
  return width;
}
