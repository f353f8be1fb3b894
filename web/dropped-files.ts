// Files that the reader drops on the page: a model's folder, a model's file, or a text.
import type { GivenFile } from "./engine/protocol.ts";

export interface DropHandlers {
  onOver(isOver: boolean): void;
  onFiles(files: readonly GivenFile[]): void;
  onText(text: string): void;
}

/** Of a text file this much is read; the page shows less. */
const TEXT_BYTES = 200_000;

/** Takes what is dropped on an element; returns what ends that. */
export function dropZone(element: HTMLElement, { onOver, onFiles, onText }: DropHandlers): () => void {
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  const onDragOver = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    onOver(true);
  };
  const onDragLeave = (event: DragEvent) => {
    if (event.relatedTarget === null) onOver(false);
  };
  const onDrop = async (event: DragEvent) => {
    if (!hasFiles(event) || !event.dataTransfer) return;
    event.preventDefault();
    onOver(false);
    const files = await filesOf(event.dataTransfer);
    const [first] = files;
    if (files.length === 1 && isText(first)) return onText(await first.slice(0, TEXT_BYTES).text());
    if (files.length > 0) onFiles(await givenFiles(files));
  };
  element.addEventListener("dragover", onDragOver);
  element.addEventListener("dragleave", onDragLeave);
  element.addEventListener("drop", onDrop);
  return () => {
    element.removeEventListener("dragover", onDragOver);
    element.removeEventListener("dragleave", onDragLeave);
    element.removeEventListener("drop", onDrop);
  };
}

/** Files with their bytes, to be handed to the engine. */
export function givenFiles(files: readonly File[]): Promise<GivenFile[]> {
  return Promise.all(
    files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
  );
}

function isText({ name, type }: File): boolean {
  return (
    /\.(txt|md|csv|log|ts|js|py|c|cpp|html|xml)$/i.test(name) ||
    (type.startsWith("text/") && !name.endsWith(".json"))
  );
}

/** All dropped files; of a folder the ones directly in it. */
async function filesOf(transfer: DataTransfer): Promise<File[]> {
  const files = await Promise.all(
    Array.from(transfer.items, (item) => {
      const entry = item.webkitGetAsEntry();
      const file = entry ? null : item.getAsFile();
      return entry ? filesIn(entry) : file ? [file] : [];
    }),
  );
  return files.flat();
}

async function filesIn(entry: FileSystemEntry): Promise<File[]> {
  if (isFile(entry)) return [await new Promise<File>((resolve, reject) => entry.file(resolve, reject))];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: File[] = [];
  // A reader hands out a part at a time, and nothing at the end.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (part.length === 0) return files;
    for (const each of part.filter(isFile)) files.push(...(await filesIn(each)));
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}
