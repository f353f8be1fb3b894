// How far back the network remembers: three views of one question.
import type { Page } from "../page.ts";
import { AttributionCard } from "./attribution-card.tsx";
import { BehaviourCard } from "./behaviour-card.tsx";
import { GradientCard } from "./gradient-card.tsx";

export function ReachView({ page }: { readonly page: Page }) {
  if (!page.reading) return <p class="waiting">The network is reading …</p>;
  return (
    <section class="reach" aria-label={`How far back it remembers${page.side}`}>
      <AttributionCard page={page} reading={page.reading} />
      <GradientCard page={page} reading={page.reading} />
      <BehaviourCard page={page} />
    </section>
  );
}
