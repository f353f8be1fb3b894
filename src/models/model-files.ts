/** A model as the files of its folder, by name. */
export type ModelFiles = Record<string, Uint8Array>;

/** Reads one file of a model's folder by name; throws if there is none. */
export type FileReader = (name: string) => Promise<Uint8Array>;
