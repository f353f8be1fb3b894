/** Compiles the kernels for a platform into a file. Throws an Error with what the compiler says. */
export function buildFor(platform: string, file: string): void;
/** Makes the package of a platform in npm/. */
export function makePackage(platform: string): void;
/** Packs the packages of the platforms, and the package itself, which names them. Paths of the tarballs, the package's last. */
export function pack(destination?: string): string[];
