import { givenFiles } from "./dropped-files.ts";
import type { ModelSummary } from "./engine/protocol.ts";
import { TRAINED_CELL_NAMES } from "./engine/training-protocol.ts";
import type { Page } from "./page.ts";
import { START } from "./start.ts";

/** Which network is open, and the way to another. */
export function ModelBar({ page }: { readonly page: Page }) {
  const onChange = async ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => {
    const files = await givenFiles(Array.from(currentTarget.files ?? []));
    currentTarget.value = "";
    if (files.length > 0) page.openFiles(files);
  };
  return (
    <div class="model-bar">
      <span class="model-name">
        {START.name !== undefined && page.state.model === START.model && <strong>{START.name}: </strong>}
        {page.model ? described(page.model) : "Opening the model …"}
      </span>
      <label class="button">
        Open a model …
        <input
          type="file"
          multiple
          onChange={onChange}
          aria-label="Open a model: the files of its folder, or one file"
        />
      </label>
    </div>
  );
}

const CELL_NAMES: Readonly<Record<string, string>> = { ...TRAINED_CELL_NAMES, elman: "Elman network" };

/** A model in a few words. */
export function described({
  cell,
  numLayers,
  hiddenSize,
  parameters,
  tokens,
  bitsPerCharacter,
}: ModelSummary): string {
  const layers = numLayers === 1 ? "1 layer" : `${numLayers} layers`;
  const quality = bitsPerCharacter === undefined ? "" : `, ${bitsPerCharacter.toFixed(2)} bits per character`;
  return `${CELL_NAMES[cell] ?? cell}, ${layers} of ${hiddenSize} units, ${tokens.length} tokens, ${parameters.toLocaleString("en")} weights${quality}`;
}
