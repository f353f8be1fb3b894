// What a page begins with that was made for one model: `unrolled explore` writes it into index.html as JSON. The package's own page has
// none, and begins with the model that comes along.

export interface PageStart {
  /** Where the model is, relative to the page, and what it is called. */
  readonly model?: string;
  readonly name?: string;
  readonly text?: string;
  readonly view?: string;
  /** Who made the page with what, as a sentence; how to cite it. */
  readonly source?: string;
  readonly citation?: string;
}

/** The element of index.html that holds it. */
export const START_ID = "start";

/** What the document says; nothing where there is no document, or nothing in it that can be read. */
export function readStart(document: Document | undefined): PageStart {
  try {
    const said: unknown = JSON.parse(document?.getElementById(START_ID)?.textContent || "{}");
    if (typeof said !== "object" || said === null) return {};
    return Object.fromEntries(Object.entries(said).filter(([, value]) => typeof value === "string"));
  } catch {
    return {};
  }
}

export const START = readStart(globalThis.document);
