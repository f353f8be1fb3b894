import { type CellChoice, type CellConfig, checkCell, settledCell } from "../language/model/language-cell.ts";

/**
 * A reader's settings with the options of its own cell: what is not said is as that cell has it, and what other cells have is none.
 *
 * @throws UnrolledError "invalid-argument" for an option that its cell lacks, or cannot have
 */
export function settleReader<Values extends { readonly cell: string; readonly hiddenSize: number }>(
  given: object,
  values: Values,
): Values {
  const { cell, hiddenSize } = values;
  checkCell("train", { ...given, cell, hiddenSize } as CellChoice);
  return { ...values, ...settledCell(values as unknown as CellChoice, given as CellConfig) };
}
