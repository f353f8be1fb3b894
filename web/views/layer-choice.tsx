import type { Page } from "../page.ts";

/** Which recurrent layer is shown, where there is more than one. */
export function LayerChoice({ page: { model, reading, state, set } }: { readonly page: Page }) {
  if (!model || model.numLayers === 1) return null;
  return (
    <label>
      Layer
      <select
        value={Math.min(state.layer, model.numLayers - 1)}
        onChange={(event) => set({ layer: Number(event.currentTarget.value) })}
      >
        {Array.from({ length: model.numLayers }, (_, layer) => (
          <option key={layer} value={layer}>
            {reading?.task?.directions.includes("backward") ? reading.task.directions[layer] : layer + 1}
          </option>
        ))}
      </select>
    </label>
  );
}
