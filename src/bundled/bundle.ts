// What stands in the file of a bundled model, and how it is opened: once, at the first call.
import { UnrolledError } from "../errors.ts";
import type { FileReader } from "../models/model-files.ts";
import { useKernels } from "../platform/bundled.ts";
import { type Device, openDeviceWith } from "../tensor/device.ts";

/** The files of a model and the kernels that it runs on, as they are written into a module. */
export interface Bundle {
  /** In base64. */
  readonly kernels: string;
  /** Whether these are all of them, or those that a plain language model calls. */
  readonly isWhole: boolean;
  /** Those with text, by name. */
  readonly texts: Readonly<Record<string, string>>;
  /** The others, in base64. */
  readonly bytes: Readonly<Record<string, string>>;
}

/** Opens a model of a bundle when it is first asked for. One that did not open is tried again. */
export function openedOnce<Opened>(
  { kernels, isWhole, texts, bytes }: Bundle,
  open: (device: Device, read: FileReader) => Promise<Opened>,
): () => Promise<Opened> {
  useKernels(() => decoded(kernels));
  const read: FileReader = async (name) => {
    if (Object.hasOwn(texts, name)) return new TextEncoder().encode(texts[name]);
    if (Object.hasOwn(bytes, name)) return decoded(bytes[name]);
    throw new UnrolledError("missing-file", { call: "load", problem: `${name} was not bundled` });
  };
  let opened: Promise<Opened> | undefined;
  return () => {
    opened ??= openDeviceWith(undefined, { kernels: isWhole ? "all" : "core" })
      .then((device) => open(device, read))
      .catch((error) => {
        opened = undefined;
        throw error;
      });
    return opened;
  };
}

function decoded(base64: string): Uint8Array {
  const characters = atob(base64);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}
