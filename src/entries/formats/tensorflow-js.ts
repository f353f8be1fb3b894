// `unrolled/formats/tensorflow-js`: models of TensorFlow.js, and the BasicLSTM of TensorFlow 1.

export { type BasicLSTMOptions, networkOfBasicLSTM } from "../../formats/basic-lstm.ts";
export {
  type ReadTensorFlowJsOptions,
  readTensorFlowJs,
} from "../../formats/tensorflow-js/read-tensorflow-js.ts";
export type { ReadShard } from "../../formats/tensorflow-js/weights-manifest.ts";
