import { givenFiles } from "./dropped-files.ts";
import type { GivenFile } from "./engine/protocol.ts";

/** A button that lets the reader choose files; the same ones can be chosen again. */
export function FileChoice({
  words,
  label,
  accept,
  multiple = false,
  onFiles,
}: {
  readonly words: string;
  /** What is chosen, for who does not see the button. */
  readonly label: string;
  readonly accept?: string;
  readonly multiple?: boolean;
  onFiles(files: readonly GivenFile[]): unknown;
}) {
  return (
    <label class="button">
      {words}
      <input
        type="file"
        multiple={multiple}
        accept={accept}
        aria-label={label}
        onChange={async ({ currentTarget }) => {
          const files = await givenFiles(Array.from(currentTarget.files ?? []));
          currentTarget.value = "";
          if (files.length > 0) await onFiles(files);
        }}
      />
    </label>
  );
}
