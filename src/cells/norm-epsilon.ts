/** The variance's share of a layer normalisation that keeps its root away from zero. */
export const NORM_EPSILON = 1e-5;
