// `unrolled/formats/onnx`: ONNX files, written and read.

export type { OnnxData, OnnxType } from "../../formats/onnx/data-types.ts";
export type { OnnxGraph, OnnxValueInfo } from "../../formats/onnx/graph.ts";
export type { OnnxInput, OnnxNumbers } from "../../formats/onnx/graph-input.ts";
export { networkOfOnnx } from "../../formats/onnx/network-of-onnx.ts";
export type { OnnxStream, OnnxStreamOptions } from "../../formats/onnx/stream.ts";
export type { OnnxExternalData } from "../../formats/onnx/tensor-proto.ts";
export type { OnnxValue } from "../../formats/onnx/value.ts";
export { type OnnxOptions, writeOnnx } from "../../formats/onnx/write/write-model.ts";
