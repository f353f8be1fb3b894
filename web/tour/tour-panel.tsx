import { useEffect, useRef, useState } from "preact/hooks";
import { OWN_MODELS } from "../own-models.ts";
import type { Page } from "../page.ts";
import { INITIAL_STATE, type PageState } from "../state.ts";
import { trainingOf } from "../training-session.ts";
import { useSpokenOf } from "./spoken-of.ts";
import { TOUR } from "./steps.tsx";
import "./tour.css";

/** Where the tour is, what there is to read and to do, and whether it has been done. */
export function TourPanel({ page }: { readonly page: Page }) {
  const { state, set, engine } = page;
  const session = trainingOf(engine);
  const [story, setStory] = useState(session.story);
  useEffect(() => session.subscribe(() => setStory(session.story)), [session]);
  const number = Math.min(Math.max(1, state.tour), TOUR.length);
  const step = TOUR[number - 1];
  const isDone = useDone(number, step.isDone(state, story));
  useSpokenOf(step);
  const heading = useRef<HTMLHeadingElement>(null);
  const go = (to: number) => {
    session.pause();
    set(stateOfStep(to));
    heading.current?.focus();
  };
  return (
    <aside class="tour card" aria-label="Guided tour">
      <p class="quiet">
        Step {number} of {TOUR.length}
      </p>
      <h2 tabIndex={-1} ref={heading}>
        {step.title}
      </h2>
      <div class="prose">{step.prose}</div>
      <p class="task" role="status">
        <b>{isDone ? "Done:" : "Do:"}</b> {step.task}
      </p>
      <div class="controls">
        <button type="button" disabled={number === 1} onClick={() => go(number - 1)}>
          Back
        </button>
        {number < TOUR.length && (
          <button type="button" class={isDone ? "next" : undefined} onClick={() => go(number + 1)}>
            Next
          </button>
        )}
        <span class="spacer" />
        <button type="button" onClick={() => set({ tour: 0 })}>
          End the tour
        </button>
      </div>
    </aside>
  );
}

/** Once done, a step stays so until another comes. */
function useDone(number: number, isDoneNow: boolean): boolean {
  const [done, setDone] = useState({ number: 0 });
  useEffect(() => {
    if (isDoneNow) setDone({ number });
  }, [isDoneNow, number]);
  return isDoneNow || done.number === number;
}

/** The page's state in which a step begins. */
export function stateOfStep(number: number): PageState {
  return { ...INITIAL_STATE, ...OWN, ...TOUR[number - 1].state, tour: number };
}

/** A page that was made for one model begins with it; the tour reads its own. */
const OWN = { model: OWN_MODELS[0].place, text: OWN_MODELS[0].text, view: "unrolled" } as const;
