import { EventEmitter } from "node:events";
import { Terminal } from "@xterm/headless";

/** A terminal that shows what is written to its stream, as a person would see it. */
export function virtualTerminal(columns: number, rows: number) {
  const terminal = new Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  const stream = Object.assign(new EventEmitter(), {
    isTTY: true,
    columns,
    rows,
    write: (text: string) => terminal.write(text),
  });
  const settled = () => new Promise<void>((resolve) => terminal.write("", resolve));
  return {
    stream: stream as unknown as NodeJS.WriteStream,
    /** All lines from the first that scrolled away to the last that is not empty. */
    async lines(): Promise<string[]> {
      await settled();
      const { active } = terminal.buffer;
      const lines = Array.from(
        { length: active.length },
        (_, y) => active.getLine(y)?.translateToString(true) ?? "",
      );
      return lines.slice(0, lines.findLastIndex((line) => line !== "") + 1);
    },
    /** Whether any line was broken by the terminal because it was too long. */
    async hasBroken(): Promise<boolean> {
      await settled();
      const { active } = terminal.buffer;
      return Array.from({ length: active.length }, (_, y) => active.getLine(y)?.isWrapped).includes(true);
    },
    async resize(toColumns: number, toRows: number): Promise<void> {
      await settled();
      terminal.resize(toColumns, toRows);
      Object.assign(stream, { columns: toColumns, rows: toRows });
      stream.emit("resize");
    },
  };
}
