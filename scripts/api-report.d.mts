/** Where the reports are. */
export const reportFolder: string;

/** The package's entry points, the root first: what is imported, and the file below src that it is, without its ending. */
export function entryPoints(): { readonly name: string; readonly file: string }[];

/** The text of each report by its file's name. */
export function apiReports(): Map<string, string>;
