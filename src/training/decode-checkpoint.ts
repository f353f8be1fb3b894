import { UnrolledError } from "../errors.ts";
import { readSafetensors, readSafetensorsMetadata } from "../formats/safetensors.ts";
import { type Checkpoint, digestOfAll, FORMAT } from "./checkpoint.ts";
import { FORMER_FORMAT, stateOfFormer } from "./former-checkpoint.ts";

/** @throws UnrolledError "invalid-file" for a file that is damaged, cut off, or no checkpoint. */
export async function decodeCheckpoint(bytes: Uint8Array): Promise<Checkpoint> {
  const { format, state: json = "", digest } = readSafetensorsMetadata(bytes);
  if (format !== FORMAT && format !== FORMER_FORMAT) {
    throw new UnrolledError("invalid-file", {
      call: "decodeCheckpoint",
      subject: "format",
      got: JSON.stringify(format),
      needed: `"${FORMAT}" or "${FORMER_FORMAT}"`,
    });
  }
  const tensors = readSafetensors(bytes);
  if ((await digestOfAll(json, tensors)) !== digest) {
    throw new UnrolledError("invalid-file", {
      call: "decodeCheckpoint",
      problem: "the content does not fit its digest: it is damaged",
    });
  }
  const state = JSON.parse(json);
  return { state: format === FORMER_FORMAT ? stateOfFormer(state) : state, tensors };
}
