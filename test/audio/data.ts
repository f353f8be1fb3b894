import { fileURLToPath } from "node:url";

/** The folder of data for tests. */
export const DATA = fileURLToPath(new URL("../../../shared/data/", import.meta.url));
