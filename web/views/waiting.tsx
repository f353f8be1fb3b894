import type { Page } from "../page.ts";

/** Stands in for a view until there are numbers to show. */
export function Waiting({ page }: { readonly page: Page }) {
  if (page.problem !== undefined) return <p class="quiet">Nothing has been read yet.</p>;
  return <p class="waiting">{page.model ? "The network is reading …" : "The model is being opened …"}</p>;
}
