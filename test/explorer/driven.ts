// What every test that drives the page needs: the page itself, its state, and what its numbers have to be.
import type { Page } from "playwright-core";
import { type Trace, trace } from "unrolled/inspect";
import { afterAll, beforeAll, beforeEach, expect, vi } from "vitest";
import type { NetworkShape } from "../../web/figures/unrolled-geometry.ts";
import { type PageState, stateFromHash } from "../../web/state.ts";
import { PATIENCE_MS } from "../shared-browser.ts";
import { type Explorer, openExplorer, READ, referenceModel } from "./site.ts";

/** Units of the model that the page opens with. */
export const H = 128;
export const steps = READ.text.length;
export const shape: NetworkShape = {
  ...{ steps, numLayers: 1, hiddenSize: H, embeddingSize: 32, vocabularySize: 102 },
  ...{ hasCellState: true, gates: ["i", "f", "g", "o"] },
};

/** Of the file's tests: the built page, the model in float64 and what it computes on the text that the page opens with. */
export interface Driven {
  explorer: Explorer;
  reference: Awaited<ReturnType<typeof referenceModel>>;
  expected: Trace;
  /** Opened anew for every test. */
  page: Page;
}

/** Sets up the tests of a file, each of which finds the page in a state. */
export function driven(state: Partial<PageState>): Driven {
  const found = {} as Driven;
  beforeAll(async () => {
    [found.explorer, found.reference] = await Promise.all([openExplorer(), referenceModel()]);
    found.expected = trace(found.reference.network, found.reference.tokenizer.encode(READ.text));
  });
  afterAll(() => found.explorer?.close());
  beforeEach(async () => {
    found.page = await found.explorer.open(state);
  });
  return found;
}

/** What the page's URL says. */
export function stateOf(page: Page): PageState {
  return stateFromHash(new URL(page.url()).hash);
}

/** Waits until the page's URL says this. */
export function hasState(page: Page, fields: object) {
  return expect.poll(() => stateOf(page)).toMatchObject(fields);
}

/** Tries until what is asserted holds. */
export function soon(check: () => void | Promise<void>) {
  return vi.waitFor(check, { timeout: PATIENCE_MS, interval: 50 });
}

/** What the page says about what is pointed at. */
export function readout(page: Page): Promise<string | null> {
  return page.getByTestId("pointed").textContent();
}
