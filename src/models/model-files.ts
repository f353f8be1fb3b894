/** A model as the files of its folder, by name. */
export type ModelFiles = Record<string, Uint8Array>;

/** Reads one file of a model's folder by name; throws if there is none. */
export type FileReader = (name: string) => Promise<Uint8Array>;

/** What lies in a model's folder beside its network: those of the named files that are there. */
export async function filesBeside(read: FileReader, names: readonly string[] = []): Promise<ModelFiles> {
  const files: ModelFiles = {};
  for (const name of names) {
    const bytes = await read(name).catch(() => undefined);
    if (bytes) files[name] = bytes;
  }
  return files;
}
