/** Which rows of the heat-maps are brushed, from 0 as units count, for whoever types rather than drags. */
export function RowBrush({
  rows,
  count,
  onBrush,
}: {
  readonly rows: readonly [number, number] | null;
  readonly count: number;
  onBrush(rows: readonly [number, number]): void;
}) {
  const [first, last] = rows ?? [0, count - 1];
  const input = (label: string, value: number, least: number, most: number, brush: (row: number) => void) => (
    <input
      type="number"
      aria-label={label}
      min={least}
      max={most}
      value={value}
      onChange={({ currentTarget }) => {
        const row = Number(currentTarget.value);
        if (currentTarget.value !== "" && Number.isInteger(row) && row >= least && row <= most) brush(row);
        else currentTarget.value = String(value);
      }}
    />
  );
  return (
    <span class="row-brush">
      Rows {input("First brushed row", first, 0, last, (row) => onBrush([row, last]))} to{" "}
      {input("Last brushed row", last, first, count - 1, (row) => onBrush([first, row]))}
    </span>
  );
}
