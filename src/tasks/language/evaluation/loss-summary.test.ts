import { describe, expect, it } from "vitest";
import { LossSummary } from "./loss-summary.ts";

/** The definition, with all losses at hand. */
function standardError(losses: Float32Array): number {
  const blocks = Math.min(100, losses.length);
  const means = Array.from({ length: blocks }, (_, block) => {
    const part = losses.slice(
      Math.floor((block * losses.length) / blocks),
      Math.floor(((block + 1) * losses.length) / blocks),
    );
    return part.reduce((sum, loss) => sum + loss, 0) / part.length;
  });
  const mean = means.reduce((sum, value) => sum + value, 0) / blocks;
  return Math.sqrt(means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (blocks - 1) / blocks);
}

describe("LossSummary", () => {
  it.each([2, 99, 100, 101, 699, 12_345])("adds up %d losses that come in parts", (count) => {
    const losses = Float32Array.from({ length: count }, (_, index) => ((index * 7919) % 1009) / 100);
    const summary = new LossSummary(count);
    for (let start = 0, size = 1; start < count; start += size, size = (size * 3) % 1000)
      summary.add(losses.subarray(start, start + size));
    expect(summary.total).toBe(losses.reduce((sum, loss) => sum + loss, 0));
    expect(summary.standardErrorNats).toBeCloseTo(standardError(losses), 12);
  });

  it("has no error for one loss", () => {
    const summary = new LossSummary(1);
    summary.add(Float32Array.of(2));
    expect([summary.total, summary.standardErrorNats]).toEqual([2, 0]);
  });
});
