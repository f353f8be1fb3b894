/** What a file beside a bundle says that was made of these modules: each package with its version and licence. */
export function licencesOf(modules: readonly string[]): string;
