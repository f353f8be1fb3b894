import colors from "picocolors";

/** A series and its forecast, as a picture in text takes them. */
export interface Fan {
  /** The last values before the forecast; NaN where one is missing. */
  readonly history: readonly number[];
  /** Of each step: the middle, and the bounds of two bands, the wide one first. */
  readonly median: readonly number[];
  readonly bands: readonly (readonly [low: readonly number[], high: readonly number[]])[];
  /** What did come, where that is known. */
  readonly actual?: readonly number[];
  /** Under the first and the last step, and under the first step of the forecast. */
  readonly times: readonly [string, string, string];
}

/** The bits of a braille character's dots, two across and four down (Unicode 1.1, U+2800). */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
];
const BRAILLE = 0x2800;
const LABEL_COLUMNS = 9;

/** A fan of dots in so many columns and lines: values as a line, bands as dots, every other one in the wide band. */
export function fanChart({ history, median, bands, times }: Fan, columns: number, lines = 12): string[] {
  const cells = Math.max(10, columns - LABEL_COLUMNS - 1);
  const [across, down] = [2 * cells, 4 * lines];
  const steps = history.length + median.length;
  const all = [...history, ...median, ...bands.flat(2)].filter(Number.isFinite);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const row = (value: number) =>
    most > least ? Math.round(((most - value) / (most - least)) * (down - 1)) : Math.floor(down / 2);
  const dots = Array.from({ length: lines }, () => new Uint8Array(cells));
  const set = (x: number, y: number) => {
    if (x >= 0 && x < across && y >= 0 && y < down) dots[y >> 2][x >> 1] |= DOTS[x & 1][y & 3];
  };
  const first = Math.round((history.length / Math.max(1, steps - 1)) * (across - 1));
  const at = (x: number) => (x / (across - 1)) * (steps - 1);
  for (let x = first; x < across; x++) {
    for (const [width, [low, high]] of bands.entries()) {
      const step = at(x) - history.length;
      const [from, to] = [row(between(high, step)), row(between(low, step))];
      for (let y = from; y <= to; y++)
        if (width > 0 ? (x + y) % 2 === 0 : x % 4 === 0 && y % 2 === 0) set(x, y);
    }
  }
  const values = [...history, ...median];
  let before: number | undefined;
  for (let x = 0; x < across; x++) {
    const value = between(values, at(x));
    if (Number.isNaN(value)) {
      before = undefined;
      continue;
    }
    const y = row(value);
    for (let each = Math.min(y, before ?? y); each <= Math.max(y, before ?? y); each++) set(x, each);
    before = y;
  }
  const drawn = dots.map((line, place) => {
    const text = Array.from(line, (bits) => String.fromCodePoint(BRAILLE + bits)).join("");
    const ahead = first >> 1;
    const value = most - ((most - least) * (place + 0.5)) / lines;
    const label =
      place === 0 || place === lines - 1 || place === lines >> 1 ? String(Number(value.toPrecision(4))) : "";
    return `${colors.dim(label.padStart(LABEL_COLUMNS - 1))} ${text.slice(0, ahead)}${colors.cyan(text.slice(ahead))}`;
  });
  return [...drawn, colors.dim(timeLine(times, cells, first >> 1))];
}

/** The times under the picture, as far as there is room. */
function timeLine([from, middle, to]: Fan["times"], cells: number, ahead: number): string {
  const room = Array.from<string>({ length: cells }).fill(" ");
  const put = (text: string, start: number) => {
    const isFree = start >= 0 && start + text.length <= cells;
    if (isFree && room.slice(Math.max(0, start - 1), start + text.length + 1).every((each) => each === " "))
      for (const [place, letter] of [...text].entries()) room[start + place] = letter;
  };
  put(middle, Math.min(ahead, cells - middle.length));
  put(from, 0);
  put(to, cells - to.length);
  return `${" ".repeat(LABEL_COLUMNS)}${room.join("").trimEnd()}`;
}

/** A value between two steps, on the line that joins them. */
function between(values: readonly number[], place: number): number {
  const low = Math.max(0, Math.min(values.length - 1, Math.floor(place)));
  const high = Math.min(values.length - 1, low + 1);
  const share = Math.max(0, Math.min(1, place - low));
  return share === 0 ? values[low] : values[low] * (1 - share) + values[high] * share;
}
