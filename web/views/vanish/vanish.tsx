// Why LSTMs: an Elman network and an LSTM learn the same task, and the gradient of each on its way back through time.
import { useRef } from "preact/hooks";
import { elementSource } from "../../export/element-source.ts";
import { ExportButtons } from "../../export/export-buttons.tsx";
import { GradientBars, sharesOf } from "../../figures/gradient-bars.tsx";
import { useReducedMotion } from "../../figures/theme.ts";
import { useWidth } from "../../figures/use-width.ts";
import { inWords, type Page } from "../../page.ts";
import "./vanish.css";
import { MOST_UPDATES, type Racer, useRace } from "./vanish-race.ts";

const NAMES = ["Elman network", "LSTM"] as const;
const STATES = ["h", "c"] as const;
const WIDE = 860;
const GAP = 24;

export function VanishView({ page }: { readonly page: Page }) {
  const { state, set, engine } = page;
  const figure = useRef<HTMLDivElement>(null);
  const width = useWidth(figure, 760);
  const isStill = useReducedMotion();
  const { racers, isOn, problem, toggle, restart } = useRace(engine, state.vanishSteps, !isStill);
  const each = width >= WIDE ? Math.floor((width - GAP) / 2) : width;
  return (
    <section class="vanish" aria-label="Elman and LSTM">
      <p class="seen">
        Two networks learn the same task: at each “?”, say the first bit again. To learn from the last “?”,
        its gradient has to travel back to step 1: watch it vanish in the Elman network and live in the LSTM.
      </p>
      <div class="controls">
        <button type="button" class="primary" onClick={toggle}>
          {isOn ? "Pause" : racers[0].step >= MOST_UPDATES ? "Train again" : "Train both"}
        </button>
        <button type="button" onClick={restart}>
          Start again
        </button>
        <label class="scrubber">
          Steps {state.vanishSteps}
          <input
            type="range"
            min={8}
            max={80}
            value={state.vanishSteps}
            onInput={({ currentTarget }) => set({ vanishSteps: Number(currentTarget.value) })}
          />
        </label>
      </div>
      <div ref={figure} class="vanish-figures">
        {racers.map((racer, index) => (
          <figure key={NAMES[index]} style={{ width: `${each}px` }}>
            <GradientBars
              title={`${NAMES[index]}, after ${racer.step} updates`}
              inputs={racer.sample?.inputs ?? "".padEnd(state.vanishSteps)}
              targets={racer.sample?.targets ?? ""}
              said={saidOf(racer)}
              norms={racer.norms}
              of={STATES[index]}
              width={each}
            />
            <figcaption data-testid={`vanish-${index === 0 ? "elman" : "lstm"}`}>
              {inSentence(racer, STATES[index])}
            </figcaption>
          </figure>
        ))}
      </div>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {inWords(problem)}
        </p>
      )}
      <p>
        A bar is how much the last answer would change if the state after that step did: each step back
        multiplies the gradient once more. In the Elman network that factor is W<sub>hh</sub> times the slope
        of tanh, mostly far below 1. In the LSTM it is the forget gate, which the network holds near 1 where
        it wants to remember. The Elman network can answer too, since it learns from questions that come soon
        after the first bit; what its last answer has to say never arrives at step 1.
      </p>
      <ExportButtons
        name="elman-and-lstm"
        figure={elementSource(figure, {
          title: "The gradient of the last answer on its way back through time",
          subtitle: "An Elman network and an LSTM learn to say the first bit again at each “?”",
        })}
        csv={() => raceCsv(racers)}
        json={() => racers.map(({ norms, ...racer }) => ({ ...racer, norms: Array.from(norms ?? []) }))}
        model={state.model}
      />
    </section>
  );
}

/** What was said where something was asked. */
function saidOf({ sample }: Racer): string {
  if (!sample) return "";
  return Array.from(sample.said, (character, t) => (sample.targets[t] === " " ? " " : character)).join("");
}

function inSentence({ norms, accuracy }: Racer, state: string): string {
  if (!norms) return "It has learned nothing yet.";
  const [first] = sharesOf(norms);
  const right = Number.isFinite(accuracy) ? `${(100 * accuracy).toFixed(0)} % right answers. ` : "";
  const found = first < 1e-30 ? "nothing is left of" : `${inTens(first)} is left of`;
  return `${right}At step 1, ${found} the last answer's |∂L/∂${state}|.`;
}

/** A share in words, or as a power of ten. */
function inTens(share: number): string {
  if (share >= 0.01) return `${(100 * share).toPrecision(2)} %`;
  const power = Math.floor(Math.log10(share));
  const digits = Array.from(String(-power), (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("");
  return `${(share / 10 ** power).toFixed(1)} · 10⁻${digits}`;
}

function raceCsv(racers: readonly Racer[]): string {
  const steps = Math.max(...racers.map(({ norms }) => norms?.length ?? 0));
  const rows = Array.from({ length: steps }, (_, t) => [
    t + 1,
    ...racers.map(({ norms }) => norms?.[t] ?? ""),
  ]);
  return [["step", "|dL/dh| Elman", "|dL/dc| LSTM"], ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}
