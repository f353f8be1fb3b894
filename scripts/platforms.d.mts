/** Each platform that kernels are compiled for, with Node's names for it. */
export const PLATFORMS: Readonly<Record<string, { readonly os: string; readonly arch: string }>>;
