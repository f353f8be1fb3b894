/** Numbers of a layer as a file has them: name, sizes, values in row-major order. */
export interface KerasArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The arrays of each layer by the layer's name, in Keras' order: kernel, recurrent kernel, bias; forward before backward. */
export type KerasWeights = ReadonlyMap<string, readonly KerasArray[]>;
