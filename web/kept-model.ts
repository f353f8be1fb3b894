// The model that was dropped on the page, kept in the browser's own store so that a reload of the tab finds it again. Another tab, or a
// link that somebody sent, has none.
import type { GivenFile } from "./engine/protocol.ts";

const KEY = "unrolled-dropped-model";

interface Kept {
  /** Of the tab that it was dropped in. */
  readonly id: string;
  readonly files: readonly GivenFile[];
}

/** Whether a model was dropped in this tab before. */
export function wasDropped(): boolean {
  return idOfTab() !== null;
}

/** Keeps a model instead of the one before; where the browser does not let the page keep anything, nothing is kept. */
export async function keepModel(files: readonly GivenFile[]): Promise<void> {
  try {
    const id = crypto.getRandomValues(new Uint32Array(2)).join("-");
    sessionStorage.setItem(KEY, id);
    const { set } = await import("idb-keyval");
    await set(KEY, { id, files } satisfies Kept);
  } catch {
    // A private window, a full disk, or storage that the reader has forbidden.
  }
}

/** The model that was dropped in this tab; undefined where it is not kept any more. */
export async function keptModel(): Promise<readonly GivenFile[] | undefined> {
  try {
    const { get } = await import("idb-keyval");
    const kept = await get<Kept>(KEY);
    return kept && kept.id === idOfTab() ? kept.files : undefined;
  } catch {
    return undefined;
  }
}

function idOfTab(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}
