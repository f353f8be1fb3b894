import { work } from "./workloads.mjs";

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * One workload in rounds: the peak, then each partner, then the next round, so that all of them meet the same changes of
 * the machine. Returns medians over the rounds and what the goals make of them. A partner that fails has an `error`.
 */
export async function measureWorkload(workload, partners, { machine, start, rounds, minSeconds }) {
  const samples = Object.fromEntries(partners.map((name) => [name, []]));
  const errors = {};
  const peaks = [];
  for (let round = 0; round < rounds; round++) {
    peaks.push(await machine.peak(workload.engine));
    for (const name of partners) {
      if (errors[name] !== undefined) continue;
      try {
        const process = await start(name);
        samples[name].push((await process.ask(workload, minSeconds)).seconds);
      } catch (error) {
        errors[name] = error.message;
      }
    }
  }

  const peakGflops = median(peaks);
  const { amount, unit } = work(workload);
  const ours = errors.unrolled === undefined && samples.unrolled ? median(samples.unrolled) : null;
  const results = partners.map((name) => {
    if (errors[name] !== undefined) return { name, error: errors[name] };
    const seconds = median(samples[name]);
    const rate = amount / seconds;
    return {
      name,
      seconds,
      rate,
      ...(unit === "FLOP" ? { shareOfPeak: rate / 1e9 / peakGflops } : {}),
      ...(name !== "unrolled" && ours !== null ? { unrolledIsFasterBy: seconds / ours } : {}),
      samples: samples[name],
    };
  });
  return { name: workload.name, workload, unit, peakGflops, results, goals: judge(workload, results) };
}

function judge({ goals, peakShare }, results) {
  const judged = [];
  const unrolled = results.find(({ name }) => name === "unrolled");
  if (peakShare !== undefined && unrolled?.shareOfPeak !== undefined) {
    const value = unrolled.shareOfPeak;
    judged.push({ against: "peak", needed: peakShare, value, reached: value >= peakShare });
  }
  for (const { name, unrolledIsFasterBy: value } of results) {
    const needed = goals[name];
    if (value !== undefined && typeof needed === "number") {
      judged.push({ against: name, needed, value, reached: value >= needed });
    }
  }
  return judged;
}
