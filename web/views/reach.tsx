// How far back the network remembers: three views of one question, and the three for three cells side by side.
import type { Page } from "../page.ts";
import { AttributionCard } from "./attribution-card.tsx";
import { BehaviourCard } from "./behaviour-card.tsx";
import { CellsCard } from "./cells-card.tsx";
import { GradientCard } from "./gradient-card.tsx";
import { TaskMemory } from "./tasks/task-memory.tsx";
import { useTextSource } from "./text-source.tsx";

export function ReachView({ page }: { readonly page: Page }) {
  const chosen = useTextSource(page);
  const { reading } = page;
  if (reading?.task) return <TaskMemory page={page} reading={reading} task={reading.task} />;
  if (!reading) return <p class="waiting">The network is reading …</p>;
  return (
    <section class="reach" aria-label={`How far back it remembers${page.side}`}>
      <AttributionCard page={page} reading={reading} />
      <GradientCard page={page} reading={reading} />
      <BehaviourCard page={page} chosen={chosen} />
      <CellsCard page={page} reading={reading} chosen={chosen} />
    </section>
  );
}
