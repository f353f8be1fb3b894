// `unrolled/formats/keras`: Keras files, read; their weights, written.

export { type ReadKerasOptions, readKeras } from "../../formats/keras/read-keras.ts";
export { type KerasFileArray, readKerasArrays } from "../../formats/keras/read-keras-arrays.ts";
export { writeKerasWeights } from "../../formats/keras/write-keras-weights.ts";
