import type { RecurrentLayerConfig, Returns } from "../../networks/config.ts";
import type { ValuesOf } from "../../options/option.ts";
import { type CellChoice, cellShapeOf, kindOfCell, layerOptionsOf } from "../language/model/language-cell.ts";
import type { READER_OPTIONS } from "./reader-options.ts";

/** A reader's settings. */
export type ReaderSettings = ValuesOf<typeof READER_OPTIONS>;

/** The recurrent layers that settings mean, over inputs of a width: [B, T, I] to [B, T, P·directions], or the last step's. */
export function readerLayer(
  settings: ReaderSettings,
  inputSize: number,
  returns: Returns,
): { readonly config: RecurrentLayerConfig; readonly width: number } {
  const { hiddenSize, numLayers, bidirectional, dropout } = settings;
  const cell = settings as CellChoice;
  const options = {
    inputSize,
    hiddenSize,
    numLayers,
    batchFirst: true,
    ...(bidirectional ? { direction: "bidirectional" } : {}),
    ...(numLayers > 1 && dropout > 0 ? { dropout } : {}),
    ...layerOptionsOf(cell),
  };
  const { outputSize } = cellShapeOf(cell);
  const config = { kind: kindOfCell(settings.cell), options, returns } as RecurrentLayerConfig;
  return { config, width: outputSize * (bidirectional ? 2 : 1) };
}
