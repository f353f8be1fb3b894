// `unrolled/formats/rtneural`: models for RTNeural.

export { readRTNeural } from "../../formats/rtneural.ts";
