import { type Bundle, openedOnce } from "./bundle.ts";
import type * as Declared from "./declarations/network.d.ts";
import { openNetwork } from "./open-network.ts";

/** A network of no task that the package knows, in one file. */
export function bundled(bundle: Bundle): typeof Declared {
  const load = openedOnce(bundle, openNetwork);
  return { load, run: async (inputs, options) => (await load()).run(inputs, options) };
}
