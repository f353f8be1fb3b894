// All public names, from every entry point.
export * from "unrolled";
export * from "unrolled/audio";
export * from "unrolled/data";
export * from "unrolled/decode";
export * from "unrolled/formats/keras";
export * from "unrolled/formats/numpy";
export * from "unrolled/formats/onnx";
export * from "unrolled/formats/pytorch";
export * from "unrolled/formats/rtneural";
export * from "unrolled/formats/safetensors";
export * from "unrolled/formats/tensorflow-js";
export * from "unrolled/inspect";
export * from "unrolled/network";
export * from "unrolled/nn";
export * from "unrolled/optim";
export * from "unrolled/tensor";
export * from "unrolled/training";
