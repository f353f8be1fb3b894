/** A model as the files of its folder, by name. */
export type ModelFiles = Record<string, Uint8Array>;

/** Reads one file of a model's folder by name; throws if there is none. */
export type FileReader = (name: string) => Promise<Uint8Array>;

/** Files of a task's model that its network does not make. */
const BESIDE = ["baselines.safetensors"];

/** What lies in a model's folder beside its network: those files that are there. */
export async function filesBeside(read: FileReader): Promise<ModelFiles> {
  const files: ModelFiles = {};
  for (const name of BESIDE) {
    const bytes = await read(name).catch(() => undefined);
    if (bytes) files[name] = bytes;
  }
  return files;
}
