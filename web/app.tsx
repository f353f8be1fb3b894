// The page around the views: name, text, tabs, and what has to be said.
import { useEffect, useState } from "preact/hooks";
import { dropZone } from "./dropped-files.ts";
import type { Engine } from "./engine/engine.ts";
import { ModelBar, ModelFacts } from "./model-bar.tsx";
import { MOST_CHARACTERS, type Page, usePage } from "./page.ts";
import { START } from "./start.ts";
import { stateToHash } from "./state.ts";
import { Tabs } from "./tabs.tsx";
import { TextInput } from "./text-input.tsx";
import { TourEntry } from "./tour/tour-entry.tsx";
import { useTrainingUpdates } from "./training-signal.ts";
import { ShownView } from "./views/shown-view.tsx";
import { viewsOf } from "./views/views.ts";

export function App({ engine }: { readonly engine: Engine }) {
  const opened = usePage(engine);
  const [given, setGiven] = useState(opened.given);
  // What was read by a model of another kind is no reading of this one.
  const isOwn = opened.reading?.task?.name === opened.model?.task?.name;
  const page = { ...opened, given, reading: isOwn ? opened.reading : undefined };
  const views = viewsOf(page.model?.task?.name);
  const entry = views.find(({ name }) => name === page.state.view) ?? views[0];
  const [isOver, setOver] = useState(false);
  useEffect(
    () =>
      dropZone(document.body, {
        onOver: setOver,
        onFiles: entry.takesFiles ? setGiven : page.openFiles,
        onText: (text) => page.setText(text),
      }),
    [entry, page.openFiles, page.setText],
  );
  if (page.state.isEmbedded)
    return (
      <main class="app embedded">
        <ShownView key={entry.name} load={entry.load} page={page} />
        <p class="quiet">
          <a href={`#${stateToHash({ ...page.state, isEmbedded: false })}`} target="_blank" rel="noopener">
            Open in the explorer
          </a>
        </p>
      </main>
    );
  return (
    <div class={`app${isOver ? " dropping" : ""}${page.state.tour > 0 ? " touring" : ""}`}>
      <header class="top">
        <h1>
          Unrolled <small>a recurrent network on your own text, with real numbers</small>
        </h1>
        <ModelBar page={page} />
        <TextInput page={page} />
        <ModelFacts page={page} />
        <Notes page={page} />
      </header>
      <main>
        <TourEntry page={page} />
        <TrainingNote page={page} />
        <Tabs label="Views" tabs={views} selected={entry.name} onSelect={(view) => page.set({ view })} />
        <div id="view" role="tabpanel" aria-labelledby={`tab-${entry.name}`}>
          <ShownView key={`${page.model?.task?.name} ${entry.name}`} load={entry.load} page={page} />
        </div>
      </main>
      {START.source !== undefined && (
        <footer class="quiet">
          {START.source}. Cite as: {START.citation}
        </footer>
      )}
    </div>
  );
}

/** A training goes on while the reader looks at other views. */
function TrainingNote({ page: { state, set } }: { readonly page: Page }) {
  const updates = useTrainingUpdates();
  if (updates === undefined || state.view === "train") return null;
  return (
    <p class="training-note">
      <button type="button" onClick={() => set({ view: "train" })}>
        A network is training: {updates.toLocaleString("en")} updates
      </button>
    </p>
  );
}

/** What the reader has to know about the text and the model, said aloud too. */
function Notes({
  page: { problem, reading, charactersCut, lacksLinkedModel, isModelGone },
}: {
  readonly page: Page;
}) {
  const notes: string[] = [];
  if (reading && reading.unknownSteps.length > 0) {
    const lacking = [...new Set(reading.unknownSteps.map((step) => reading.pieces[step]))];
    const which = lacking
      .slice(0, 8)
      .map((piece) => JSON.stringify(piece))
      .join(", ");
    notes.push(`The model has never seen ${which}, and reads <unk> instead.`);
  }
  if (lacksLinkedModel)
    notes.push(
      "The link was made with a model from somebody's own disk, which it cannot hold; this is the one that comes along.",
    );
  if (isModelGone)
    notes.push(
      "Your browser has not kept the model that you opened here. Drop its files once more to see it; until then, this is the one that comes along.",
    );
  if (charactersCut > 0)
    notes.push(
      `The first ${MOST_CHARACTERS.toLocaleString("en")} characters of the text are taken; ${charactersCut.toLocaleString("en")} more do not fit on a page.`,
    );
  if (reading && reading.charactersLeft > 0)
    notes.push(
      `The first ${reading.pieces.length.toLocaleString("en")} tokens are shown; ${reading.charactersLeft.toLocaleString("en")} characters after them are not.`,
    );
  return (
    <div class="notes" aria-live="polite">
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
    </div>
  );
}
