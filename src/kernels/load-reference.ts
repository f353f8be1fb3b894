import type { ReferenceLoader } from "./select.ts";

/**
 * Loads the float64 reference. Whoever opens backends is given it or not, since bundlers put all that a worker might import into
 * the one file that a page fetches for it.
 */
export const loadReference: ReferenceLoader = () => import("./reference.ts");
