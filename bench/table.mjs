// Prints the last results as the Markdown table of the README: node bench/table.mjs
import { readFileSync } from "node:fs";

const results = JSON.parse(readFileSync(new URL("results/latest.json", import.meta.url), "utf8"));
const words = { training: "training", inference: "inference", stream: "one streaming step" };

/** What a row measures, in words. */
function titleOf({ name, mode, cell, engine, T, B, I, H, L, V }) {
  const where =
    engine === "native" ? "" : `${engine === "wasm" ? "WebAssembly" : "WebAssembly, relaxed SIMD"}: `;
  const sizes = `${L > 1 ? `${L} layers, ` : ""}T${T} B${B} I${I} H${H}`;
  if (name === "generate-256") return `generating, batch 1, ${L} × ${H}, ${V} characters`;
  if (mode === "language-model")
    return `whole language-model step, ${L} × ${H}, T${T} B${B}, vocabulary ${V}`;
  return `${where}${cell === "elman" ? "tanh RNN" : cell.toUpperCase()} ${words[mode] ?? mode}, ${sizes}`;
}

function speedOf({ unit, peakGflops }, { seconds, rate }) {
  if (unit !== "FLOP") return `${Math.round(rate).toLocaleString("en-US")} ${unit}/s`;
  const time = seconds < 1e-3 ? `${(seconds * 1e6).toFixed(0)} µs` : `${(seconds * 1e3).toFixed(1)} ms`;
  return `${time}, ${((100 * rate) / 1e9 / peakGflops).toFixed(0)} % of peak`;
}

const rows = results.workloads
  .filter(
    ({ workload, skipped }) => !skipped && Object.values(workload.goals ?? {}).some((goal) => goal !== null),
  )
  .map((row) => {
    const own = row.results.find(({ name }) => name === "unrolled");
    const peers = row.results
      .filter(({ unrolledIsFasterBy }) => unrolledIsFasterBy !== undefined)
      .map(({ name, unrolledIsFasterBy }) => `${unrolledIsFasterBy.toFixed(2)} × ${name}`);
    const missed = row.goals
      .filter(({ reached }) => !reached)
      .map(({ against, needed }) =>
        against === "peak" ? `${Math.round(needed * 100)} % of peak` : `${needed} × ${against}`,
      );
    return `| ${titleOf(row.workload)} | ${speedOf(row, own)} | ${peers.join(", ")} | ${missed.join(", ")} |`;
  });
for (const { name, value, unit, atMost, reached } of results.artefacts) {
  rows.push(
    `| ${name} | ${value.toFixed(unit === "ms" ? 0 : 1)} ${unit} |  | ${reached ? "" : `${atMost} ${unit}`} |`,
  );
}
console.log(`| | Unrolled | is faster than | goal missed |\n|---|---|---|---|\n${rows.join("\n")}\n`);
console.log(
  results.peers.map(({ peer, version, blas }) => `${peer} ${version} (${blas ?? "its own"})`).join("; "),
);
