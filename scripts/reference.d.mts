/** Where the pages are. */
export const referenceFolder: string;

/** The package's entry points, the root first: what is imported, and the file below src that it is, without its ending. */
export function entryPoints(): { readonly name: string; readonly file: string }[];

/** A public name as TypeScript declares it. */
export interface Described {
  readonly name: string;
  /** The file below src that declares it, without its ending. */
  readonly file: string;
  readonly kind: "value" | "type";
  /** Its docstring, without stars. */
  readonly text: string;
  readonly signature: string;
  readonly inherited: readonly { readonly name: string; readonly signature: string }[];
}

/** Every public name once, by the entry point on whose page it stands. */
export function describedNames(): Map<string, readonly Described[]>;

/** The text of each page by its file's name. */
export function referencePages(): Map<string, string>;
