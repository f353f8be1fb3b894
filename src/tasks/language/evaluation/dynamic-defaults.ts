/** How a model learns while it is evaluated, where nothing else is said: chosen by measuring, see docs/decisions/0008-regularisation.md. */
export const DYNAMIC_DEFAULTS = {
  /** With gradients divided by their root mean square. */
  rate: 0.0015,
  /** With plain gradients. */
  sgdRate: 0.5,
  decay: 0.002,
  segmentLength: 20,
} as const;
