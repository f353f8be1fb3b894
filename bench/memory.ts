// Whether memory stays constant outside scopes: the large loop in Node, on each backend, and in Chromium.
//   tsx bench/memory.ts [--rounds N] [--only training|evaluation]
import { parseArgs } from "node:util";
import { type BackendChoice, openDevice } from "unrolled";
import { openChromium } from "../test/browser.ts";
import { openLoopPage } from "../test/outside-scopes/in-chromium.ts";
import { LARGE, type Looped, type LoopKind, loop } from "../test/outside-scopes/loop.ts";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "600" }, only: { type: "string" } },
});
const rounds = Number(values.rounds);
const kinds = (["training", "evaluation"] as const).filter((kind) => !values.only || kind === values.only);
const browser = await openChromium();
const page = await openLoopPage(browser);
const places: Record<string, (kind: LoopKind) => Promise<Looped>> = {};
for (const backend of ["auto", "wasm"] satisfies BackendChoice[]) {
  const { backend: name } = await openDevice({ backend });
  places[`Node, ${name}`] = async (kind) => loop(await openDevice({ backend }), LARGE, kind, rounds);
}
places[`Chromium ${browser.version()}, wasm`] = (kind) => page.loop(LARGE, kind, rounds);

try {
  for (const kind of kinds) {
    for (const [place, run] of Object.entries(places)) {
      const startMs = performance.now();
      const { mostUsedBytes, totalBytes } = await run(kind);
      const eachMs = ((performance.now() - startMs) / rounds).toFixed(1);
      const [most, total] = [mostUsedBytes, totalBytes].map((bytes) => (bytes / 2 ** 20).toFixed(0));
      console.log(
        `${kind}, ${place}: ${rounds} rounds of ${eachMs} ms; at most ${most} MiB in use, the heap grew to ${total} MiB`,
      );
    }
  }
} finally {
  page.close();
  await browser.close();
}
