/** Where the guide is that has the table. */
export const guidePath: string;

/** The guide's text with the table as the registries have it now. */
export function guideWithTable(text: string): string;
