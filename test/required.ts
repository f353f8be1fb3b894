import process from "node:process";

/**
 * Whether what a test needs is there: data that no clone has, a right that not everybody has. Without it a test is skipped and says so;
 * where everything must be run, which is when $CI is set, its lack is an error.
 */
export function required(isThere: boolean, what: string): boolean {
  if (!isThere && process.env.CI) throw new Error(`missing: ${what}, without which tests would be skipped`);
  return isThere;
}
