import { useEffect, useState } from "preact/hooks";
import type { Page } from "../page.ts";

type Tour = typeof import("./tour-panel.tsx");

/** The way into the tour, and the tour once its code is there. */
export function TourEntry({ page }: { readonly page: Page }) {
  const { state, set } = page;
  const [tour, setTour] = useState<Tour>();
  const isOn = state.tour > 0;
  useEffect(() => {
    if (isOn) void import("./tour-panel.tsx").then(setTour);
  }, [isOn]);
  if (isOn) return tour ? <tour.TourPanel page={page} /> : null;
  return (
    <p class="tour-entry">
      <button
        type="button"
        onClick={async () => {
          const { stateOfStep } = await import("./tour-panel.tsx");
          set(stateOfStep(1));
        }}
      >
        Take the tour: twelve short steps
      </button>{" "}
      {state.view !== "vanish" && (
        <button type="button" onClick={() => set({ view: "vanish" })}>
          See a gradient vanish
        </button>
      )}
    </p>
  );
}
