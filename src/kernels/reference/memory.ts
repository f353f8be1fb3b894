/**
 * The memory that kernels work on: two views of the same elements, taken anew in each call because a grown memory
 * leaves old views behind. Offsets count elements, so the float64 reference and the float32 backends share them.
 */
export interface Memory {
  floats(): Float32Array | Float64Array;
  ints(): Int32Array | Float64Array;
}
