// Experiments of one click, and at once what they did.
import { useMemo, useState } from "preact/hooks";
import type { Reading } from "../engine/protocol.ts";
import { inWords, type Page } from "../page.ts";
import { followerOf } from "../units/found-units.ts";
import { experimentsFor, without } from "./experiments.ts";
import type { WhatChanged } from "./what-changed.ts";

/** What a unit is looked for by. */
const FOLLOWED = "inside quotes";

export interface ExperimentsProps {
  readonly page: Page;
  readonly reading: Reading;
  /** Undefined until it is known. */
  readonly changed: WhatChanged | undefined;
}

export function ExperimentsCard({ page, reading, changed }: ExperimentsProps) {
  const { state, set, engine } = page;
  const { layers } = reading.trace;
  const experiments = useMemo(() => experimentsFor(layers, reading.pieces), [layers, reading.pieces]);
  const [said, setSaid] = useState("");
  const isUnchanged = state.interventions.length === 0 && state.before === "";
  const removeFollower = async () => {
    setSaid("The network writes a text, and each unit is compared with its quotes …");
    try {
      const found = await engine.ask("units", { slot: "a", on: { kind: "own" }, what: "h" });
      const follower = followerOf(found, FOLLOWED);
      if (!follower)
        return setSaid("The network writes too few quotes for any unit to be found that follows them.");
      const { unit, response } = follower;
      setSaid(
        `Unit ${unit.unit} of layer ${unit.layer + 1} follows quotes most closely (strength ${response.strength.toFixed(2)} of 1), and is held at 0.`,
      );
      set(without(unit.layer, unit.unit, layers[unit.layer].states));
    } catch (error) {
      setSaid(inWords(error));
    }
  };
  return (
    <div class="card experiments">
      <h2>Try</h2>
      <p class="controls">
        {experiments.map(({ name, about, changes }) => (
          <button
            key={name}
            type="button"
            title={about}
            aria-pressed={
              !isUnchanged &&
              JSON.stringify(changes) ===
                JSON.stringify({ before: state.before, interventions: state.interventions })
            }
            onClick={() => {
              setSaid(about);
              set(changes);
            }}
          >
            {name}
          </button>
        ))}
        <button type="button" onClick={removeFollower}>
          Remove the unit for quotes
        </button>
        <button
          type="button"
          disabled={isUnchanged}
          onClick={() => {
            setSaid("");
            set({ interventions: [], before: "" });
          }}
        >
          Undo all
        </button>
      </p>
      {said !== "" && <p class="note">{said}</p>}
      <p role="status" class={changed?.isNothing ? "quiet" : "changed"} data-testid="what-changed">
        {isUnchanged
          ? "Nothing is changed yet. Choose an experiment, or make a change of your own below."
          : (changed?.text ?? "The changed network is reading …")}
      </p>
    </div>
  );
}
