// Wheel, pinch and drag over the stage of the unrolled network.
import { select } from "d3-selection";
import { type D3ZoomEvent, type ZoomTransform, zoom, zoomIdentity } from "d3-zoom";
import type { Stage } from "../../figures/unrolled-geometry.ts";

export interface Gestures {
  /** Tells where the stage is now, and within which pixels per step it can be zoomed. */
  follow(
    stage: Pick<Stage, "width" | "scale" | "left"> & {
      readonly steps: number;
      readonly pixels: readonly [number, number];
    },
  ): void;
  end(): void;
}

/** Lets gestures over an element say what is to be seen, once a frame at most. */
export function gesturesOn(
  element: HTMLElement,
  onZoom: (to: Pick<Stage, "scale" | "left">) => void,
): Gestures {
  const behavior = zoom<HTMLElement, unknown>();
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
      onZoom({ scale: k, left: -x / k });
    });
  });
  const selection = select(element).call(behavior).on("dblclick.zoom", null);
  return {
    follow({ width, scale, left, steps, pixels: [least, most] }) {
      behavior
        .scaleExtent([Math.min(least, scale), Math.max(most, scale)])
        .extent([
          [0, 0],
          [width, 1],
        ])
        .translateExtent([
          [-width / scale / 2, Number.NEGATIVE_INFINITY],
          [steps + width / scale / 2, Number.POSITIVE_INFINITY],
        ]);
      selection.property("__zoom", zoomIdentity.translate(-left * scale, 0).scale(scale));
    },
    end() {
      selection.on(".zoom", null);
    },
  };
}
