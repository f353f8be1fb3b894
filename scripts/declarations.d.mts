/** The path of TypeScript's declarations of the browser's API. */
export function declarationsFile(): string;
