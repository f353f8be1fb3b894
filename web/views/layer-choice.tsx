import type { Reading } from "../engine/protocol.ts";
import type { Page } from "../page.ts";

/** A layer's number from 1, and where layers read both ways, which way it reads. */
export function layerName(reading: Reading | undefined, layer: number): string {
  const directions = reading?.task?.directions ?? [];
  if (!directions.includes("backward")) return String(layer + 1);
  const way = directions[layer];
  if (directions.length <= 2) return way;
  return `${Math.floor((layer * directions.filter((each) => each === way).length) / directions.length) + 1} ${way}`;
}

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
            {layerName(reading, layer)}
          </option>
        ))}
      </select>
    </label>
  );
}
