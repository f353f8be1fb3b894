/** How packages are found that a user installs beside this one; a test gives its own. */
export type ImportPackage = (name: string) => Promise<Readonly<Record<string, unknown>>>;

/** What is not written out is left alone by bundlers and compilers, so that nobody needs these packages to build with this one. */
export const importPackage: ImportPackage = (name) => import(/* @vite-ignore */ name);
