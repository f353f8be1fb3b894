import { fuzzSurface } from "./fuzz-surface.ts";

const [seed, cases, only] = process.argv.slice(2);
const t = performance.now();
const r = await fuzzSurface({
  seed: Number(seed),
  cases: Number(cases),
  backends: ["native", "wasm"],
  only: only ?? "",
});
for (const f of r.failures) console.log(f.slice(0, 1800), "\n---");
console.log(r.cases, r.made, r.refused, Math.round(performance.now() - t), "ms");
