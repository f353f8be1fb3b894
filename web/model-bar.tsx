import type { ModelSummary } from "./engine/protocol.ts";
import { TRAINED_CELL_NAMES } from "./engine/training-protocol.ts";
import { FileChoice } from "./file-choice.tsx";
import { OWN_MODELS } from "./own-models.ts";
import type { Page } from "./page.ts";
import { START } from "./start.ts";
import { DROPPED } from "./state.ts";

/** Which network is open, and the way to another. */
export function ModelBar({ page }: { readonly page: Page }) {
  const own = OWN_MODELS.find(({ place }) => place === page.state.model);
  return (
    <div class="model-bar">
      <label>
        Model{" "}
        <select
          value={own?.place ?? ""}
          onChange={({ currentTarget: { value } }) => {
            const chosen = OWN_MODELS.find(({ place }) => place === value);
            if (chosen) page.openOwn(chosen);
          }}
        >
          {OWN_MODELS.map(({ title, place }) => (
            <option key={place} value={place}>
              {title}
            </option>
          ))}
          {!own && <option value="">{otherName(page.state.model)}</option>}
        </select>
      </label>
      <FileChoice
        words="Open a model …"
        label="Open a model: the files of its folder, or one file"
        multiple
        onFiles={page.openFiles}
      />
      <span class="quiet">or drop its files, or a text, on the page</span>
    </div>
  );
}

/** What is open, and what it has learned from. */
export function ModelFacts({ page }: { readonly page: Page }) {
  const own = OWN_MODELS.find(({ place }) => place === page.state.model);
  return (
    <p class="model-facts">
      <span class="model-name">
        {START.name !== undefined && page.state.model === START.model && <strong>{START.name}: </strong>}
        {modelName(page)}
      </span>
      {own && page.model && ` – ${own.about}`}
    </p>
  );
}

/** What a model that does not come with the page is called. */
function otherName(place: string): string {
  if (place === DROPPED) return "your own";
  return place === START.model ? (START.name ?? place) : place;
}

function modelName({ model, problem }: Page): string {
  if (model) return described(model);
  return problem === undefined ? "Opening the model …" : "No model is open";
}

const CELL_NAMES: Readonly<Record<string, string>> = { ...TRAINED_CELL_NAMES, elman: "Elman network" };

/** What people call a cell. */
export function cellName(cell: string): string {
  return CELL_NAMES[cell] ?? cell;
}

const WHAT_TASKS_MAKE: Readonly<Record<string, string>> = {
  classify: "Classifier",
  tag: "Tagger",
  forecast: "Forecaster",
  translate: "Translator",
  caption: "Describer of pictures",
};

const WHAT_TASKS_SAY: Readonly<Record<string, string>> = {
  classify: "classes",
  tag: "tags",
  forecast: "steps ahead",
};

/** A model in a few words. */
export function described({
  cell,
  numLayers,
  hiddenSize,
  parameters,
  tokens,
  bitsPerCharacter,
  task,
}: ModelSummary): string {
  if (task)
    return `${WHAT_TASKS_MAKE[task.name] ?? task.name} with ${cellName(cell)} layers of ${hiddenSize} units, ${tokens.length > 0 ? `${tokens.length} ${WHAT_TASKS_SAY[task.name] ?? "outputs"}, ` : ""}${parameters.toLocaleString("en")} weights`;
  const layers = numLayers === 1 ? "1 layer" : `${numLayers} layers`;
  const quality = bitsPerCharacter === undefined ? "" : `, ${bitsPerCharacter.toFixed(2)} bits per character`;
  return `${cellName(cell)}, ${layers} of ${hiddenSize} units, ${tokens.length} tokens, ${parameters.toLocaleString("en")} weights${quality}`;
}
