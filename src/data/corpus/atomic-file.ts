import { createHash, randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** SHA-256 of a text or of bytes, in hexadecimal digits. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Makes a file hold exactly this text; whoever reads meanwhile finds the old file or the new one. Throws the system's error. */
export function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    const file = openSync(temporary, "wx");
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Writes a value as JSON under its checksum. */
export function writeChecked(path: string, value: unknown): void {
  const text = JSON.stringify(value);
  writeWhole(path, `${sha256(text)}\n${text}`);
}

/** The value that `writeChecked` wrote; undefined if the file is missing or damaged. */
export function readChecked(path: string): unknown {
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  const text = content.slice(content.indexOf("\n") + 1);
  return content === `${sha256(text)}\n${text}` ? JSON.parse(text) : undefined;
}
