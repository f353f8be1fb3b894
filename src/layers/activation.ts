/** The activation functions that ONNX names, in lower case. */
export type ActivationName =
  | "tanh"
  | "relu"
  | "sigmoid"
  | "affine"
  | "leaky-relu"
  | "thresholded-relu"
  | "scaled-tanh"
  | "hard-sigmoid"
  | "elu"
  | "softsign"
  | "softplus";

/** An activation by its name, or with numbers other than ONNX's defaults. */
export type Activation =
  | ActivationName
  | { readonly name: ActivationName; readonly alpha?: number; readonly beta?: number };
