// The unrolled network to be taken away: the picture, its numbers, a link.
import type { ModelSummary, Reading } from "../../engine/protocol.ts";
import { ExportButtons } from "../../export/export-buttons.tsx";
import { readingJson, traceCsv } from "../../export/trace-table.ts";
import type { ColourScale } from "../../figures/legend.tsx";
import type { NetworkShape, Stage } from "../../figures/unrolled-geometry.ts";
import { described } from "../../model-bar.tsx";
import type { Page } from "../../page.ts";
import type { Likeliest } from "../likeliest.ts";

export interface UnrolledExportProps {
  readonly page: Page;
  readonly reading: Reading;
  readonly model: ModelSummary;
  readonly shape: NetworkShape;
  readonly stage: Stage;
  readonly predicted: readonly Likeliest[];
  readonly scales: readonly ColourScale[];
}

export function UnrolledExport({
  page: { state },
  reading,
  model,
  shape,
  stage,
  predicted,
  scales,
}: UnrolledExportProps) {
  const { pieces, trace } = reading;
  return (
    <ExportButtons
      name="unrolled"
      figure={{
        title: state.isUnrolled ? "The network, unrolled" : "The network as a loop",
        subtitle: described(model),
        steps: state.isUnrolled ? pieces.length : undefined,
        draw: async (look) => {
          const { unrolledBody } = await import("../../export/unrolled-body.tsx");
          return unrolledBody({ trace, shape, stage, pieces, predicted, scales }, look);
        },
      }}
      csv={() => traceCsv(reading, Math.min(state.layer, shape.numLayers - 1))}
      json={() => readingJson(reading)}
      model={state.model}
    />
  );
}
