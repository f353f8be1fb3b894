const units = {
  FLOP: [1e9, "GFLOP/s"],
  tokens: [1, "tokens/s"],
  entries: [1e6, "M entries/s"],
};

export const digits = (value) =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
export const duration = (seconds) =>
  seconds >= 1e-3 ? `${digits(seconds * 1e3)} ms` : `${digits(seconds * 1e6)} µs`;
const percent = (share) => `${(share * 100).toFixed(0)} %`;

/** Sizes as the papers write them: T64 B32 I128 H256. */
export function sizes(workload) {
  const letters = ["T", "B", "I", "H", "L", "V", "M", "N", "K"];
  return letters
    .filter((letter) => workload[letter] !== undefined)
    .map((letter) => `${letter}${workload[letter]}`);
}

/** Rows of cells, each column as wide as its widest cell; the first two stand left, the rest right. */
export function aligned(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function verdict(goal, show) {
  return goal === undefined ? ["", ""] : [`≥ ${show(goal.needed)}`, goal.reached ? "reached" : "missed"];
}

function workloadRows({ name, workload, unit, results, goals, skipped }) {
  const rows = [];
  if (skipped !== undefined) rows.push(["", `skipped: ${skipped}`, "", "", "", "", "", ""]);
  for (const result of results ?? []) {
    if (result.error !== undefined) {
      rows.push(["", result.name, "failed", "", "", "", "", ""]);
      continue;
    }
    const [scale, label] = units[unit];
    const goal = goals.find(({ against }) => against === (result.name === "unrolled" ? "peak" : result.name));
    const show = result.name === "unrolled" ? percent : (ratio) => `${ratio} ×`;
    rows.push([
      "",
      result.name,
      duration(result.seconds),
      `${digits(result.rate / scale)} ${label}`,
      result.shareOfPeak === undefined ? "" : percent(result.shareOfPeak),
      result.unrolledIsFasterBy === undefined ? "" : `${result.unrolledIsFasterBy.toFixed(2)} ×`,
      ...verdict(goal, show),
    ]);
  }
  rows[0][0] = name;
  const second = ["", "", "", "", "", "", "", ""];
  if (rows.length < 2) rows.push(second);
  rows[1][0] = `  ${sizes(workload).join(" ")}`;
  return rows;
}

function artefactRow({ name, value, unit, atMost, reached, error }) {
  if (error !== undefined) return [name, "unrolled", "failed", "", "", "", "", ""];
  return [
    name,
    "unrolled",
    `${digits(value)} ${unit}`,
    "",
    "",
    "",
    `≤ ${atMost} ${unit}`,
    reached ? "reached" : "missed",
  ];
}

/** The table that `npm run bench` prints. */
export function table({ workloads, artefacts }) {
  const header = ["workload", "who", "median", "rate", "of peak", "Unrolled is", "goal", ""];
  return aligned([header, ...workloads.flatMap(workloadRows), ...artefacts.map(artefactRow)]);
}

/** Who was measured, on what, and how steady the machine was. */
export function preamble({ machine, peers, peak, rounds }) {
  const lines = [
    `${machine.processor}, ${machine.platform}, Node ${machine.node}, one thread, ${rounds} rounds`,
  ];
  lines.push(
    `processes waiting for a processor before the run: ${machine.loadBefore.toFixed(2)} (0 is quiet)`,
  );
  for (const { peer, version, blas } of peers) lines.push(`${peer} ${version}${blas ? ` (${blas})` : ""}`);
  const widths = Object.entries(peak.nativeByLanes).map(
    ([lanes, gflops]) => `${lanes * 32} bits ${digits(gflops)}`,
  );
  lines.push(`peak of one core at the start, GFLOP/s: ${widths.join(", ")} (native, ${peak.compiler})`);
  for (const [engine, values] of Object.entries(peak.history)) {
    if (values.length === 0) continue;
    const span = `first ${digits(values[0])}, last ${digits(values.at(-1))}`;
    const extremes = `lowest ${digits(Math.min(...values))}, highest ${digits(Math.max(...values))}`;
    lines.push(`peak (${engine}) before every round, GFLOP/s: ${span}, ${extremes}`);
  }
  return lines.join("\n");
}
