import { UnrolledError } from "../errors.ts";
import type { OnnxExternalData } from "../formats/onnx/tensor-proto.ts";
import type { ModelPlace } from "./model-place.ts";

/** Files of weights that one model may have beside it. */
const MOST_FILES = 1000;

/**
 * Runs what reads an ONNX file whose weights may lie in files beside it. The reader asks for a file only once it has come so far, and
 * cannot wait: then that file is fetched, and reading begins again. Errors say where the model lies.
 */
export async function withExternalData<Result>(
  call: string,
  { title, read }: Pick<ModelPlace, "title" | "read">,
  readModel: (externalData: OnnxExternalData) => Result,
): Promise<Result> {
  const files = new Map<string, Uint8Array>();
  const invalid = (problem: string) => new UnrolledError("invalid-file", { call, place: title, problem });
  while (files.size <= MOST_FILES) {
    let missing: string | undefined;
    try {
      return readModel((location, offset, length) => {
        const file = files.get(location);
        if (file) return file.subarray(offset, length === undefined ? undefined : offset + length);
        missing = location;
        throw new UnrolledError("missing-file", `the file ${location} is missing`);
      });
    } catch (error) {
      if (!(error instanceof UnrolledError)) throw error;
      if (missing === undefined) throw error.within({ call, place: title });
    }
    // Whoever wrote the model must not choose which of the reader's files are opened.
    if (!/^(\.\/)?[^/\\:\0.][^/\\:\0]*$/.test(missing))
      throw invalid(`weights are said to be in ${JSON.stringify(missing)}, needed a file beside the model`);
    files.set(missing, await read(missing));
  }
  throw invalid(`weights lie in more than ${MOST_FILES} files`);
}
