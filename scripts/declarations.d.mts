/** The path of TypeScript's declarations of the browser's API. */
export function declarationsFile(): string;

/** A text of declarations as its documents, one for each name, in an order that is drawn. */
export function declarationDocuments(text: string): string[];
