import type { Reading } from "../../engine/protocol.ts";
import { withMinus } from "../../figures/minus.ts";
import type { Page } from "../../page.ts";

/** What was read, to stand in a line: numbers apart from one another. */
export function readPieces({ model }: Page, { pieces }: Reading): readonly string[] {
  return model?.task?.columns ? pieces.map((piece) => `${withMinus(piece || "none")}  `) : pieces;
}
