// What goes wrong with files that a reader gave, in the words of the page: which file, what it is, and what the page opens instead of
// what a program could do with it.
import { UnrolledError } from "unrolled";

const OPENS =
  "This page opens models that read text: the files of a folder that unrolled train has made, or a file of safetensors, PyTorch, Keras, TensorFlow.js or ONNX together with its tokenizer.json. A text file becomes the text that is read.";

/** What files are that people drop and that are no models, by how their names end. */
const OTHER_KINDS: readonly (readonly [RegExp, string])[] = [
  [/\.(jpe?g|png|gif|webp|svg|bmp|heic|tiff?)$/i, "a picture"],
  [/\.(wav|mp3|flac|ogg|m4a|aac)$/i, "a sound"],
  [/\.(mp4|mov|webm|mkv|avi)$/i, "a video"],
  [/\.(pdf|docx?|odt|pptx?|xlsx?)$/i, "a document"],
  [/\.(zip|gz|tgz|tar|7z|rar)$/i, "an archive (unpack it first, and drop the model's files that are in it)"],
];

/** An error in opening `file`, as a reader of the page is told. */
export function openingError(error: unknown, file: string): unknown {
  if (!(error instanceof UnrolledError)) return error;
  const { code, options, fields } = error;
  const said = (problem: string) => new UnrolledError(code, { call: "explorer", problem });
  if (options.length > 0)
    return said(
      `The file ${file} holds weights that do not say by themselves which network they are. ${OPENS}`,
    );
  // A reader that knows what the file is has said what is wrong in it.
  const isUnknown = code === "invalid-file" && fields.advice !== undefined;
  if (!isUnknown) return error;
  const other = OTHER_KINDS.find(([ending]) => ending.test(file));
  if (other) return said(`The file ${file} is ${other[1]}, and no model. ${OPENS}`);
  const { advice: _, call: __, place: ___, ...what } = fields;
  const reason = new UnrolledError(code, what).textFor();
  return said(`The file ${file} is no model that this page can open: ${reason}. ${OPENS}`);
}
