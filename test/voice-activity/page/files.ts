// What the examples use of node:fs, for a page: files that lie beside it, fetched before anybody asks for them.
const names = ["silero_vad_16k.safetensors", "test.wav"];
const files = new Map(
  await Promise.all(
    names.map(async (name) => [name, new Uint8Array(await (await fetch(name)).arrayBuffer())] as const),
  ),
);

export function readFileSync(path: string): Uint8Array {
  const file = files.get(path.slice(path.lastIndexOf("/") + 1));
  if (!file) throw new Error(`${path} was not fetched`);
  return file;
}
