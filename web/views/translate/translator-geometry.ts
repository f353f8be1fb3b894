// Where everything of an encoder-decoder stands in its drawing: the source's tokens at the top, the encoder's layers below them, a gap that
// attention spans, the decoder's layers, the target's tokens at the bottom. Pixels throughout.

/** An encoder-decoder as far as its picture goes. */
export interface TranslatorShape {
  /** T tokens of the source and U of the target. */
  readonly source: readonly string[];
  readonly target: readonly string[];
  /** Rows of layers, one for each direction. */
  readonly encoderRows: number;
  readonly decoderRows: number;
  /** Where of the source the decoder's first states come from; its end if not given. */
  readonly handsOver?: number | undefined;
}

/** A column of the drawing: a step of the source or of the target. */
export interface TranslatorPlace {
  readonly side: "source" | "target";
  readonly step: number;
  /** The layer's row and how far down in it, 0 to 1; undefined beside all layers. */
  readonly row?: number;
  readonly share?: number;
}

const GUTTER = 104;
const CELL = 52;
const CELL_GAP = 10;
const LOOKING = 110;
const MARGIN = 8;
const LETTER = 8;
const [LEAST_PITCH, MOST_PITCH] = [20, 96];
const MOST_ROOM = 120;
const LEVEL_ROOM = 22;

/** All places of a drawing that is to be so wide, if its steps have room in it. */
export function translatorPlaces(shape: TranslatorShape, wanted: number) {
  const { source, target, encoderRows, decoderRows } = shape;
  const steps = Math.max(source.length, target.length);
  const pitch = Math.min(MOST_PITCH, Math.max(LEAST_PITCH, (wanted - GUTTER - MARGIN) / steps));
  const longest = Math.max(...[...source, ...target].map((token) => [...token].length));
  // Tokens that are wider than a step stand upright.
  const isUpright = longest * LETTER > pitch;
  const room = isUpright ? Math.min(MOST_ROOM, longest * LETTER + 8) : LEVEL_ROOM;
  const encoderTop = MARGIN + room;
  const encoderEnd = encoderTop + encoderRows * (CELL + CELL_GAP) - CELL_GAP;
  const decoderTop = encoderEnd + LOOKING;
  const decoderEnd = decoderTop + decoderRows * (CELL + CELL_GAP) - CELL_GAP;
  return {
    width: GUTTER + steps * pitch + MARGIN,
    height: decoderEnd + room + MARGIN,
    pitch,
    isUpright,
    room,
    cellHeight: CELL,
    /** The row of layers that stand over one another, the encoder's first. */
    rowTop: (row: number) =>
      row < encoderRows
        ? encoderTop + row * (CELL + CELL_GAP)
        : decoderTop + (row - encoderRows) * (CELL + CELL_GAP),
    /** The middle of a step. */
    middle: (step: number) => GUTTER + (step + 0.5) * pitch,
    encoderTop,
    encoderEnd,
    decoderTop,
    decoderEnd,
    gutter: GUTTER,
  };
}

export type TranslatorPlaces = ReturnType<typeof translatorPlaces>;

/** What stands at a place of the drawing; nothing beside all steps and between the two sides. */
export function translatorPlaceAt(
  x: number,
  y: number,
  { source, target, encoderRows, decoderRows }: TranslatorShape,
  places: TranslatorPlaces,
): TranslatorPlace | undefined {
  const step = Math.floor((x - places.gutter) / places.pitch);
  const side = y <= places.encoderEnd ? "source" : y >= places.decoderTop ? "target" : undefined;
  if (side === undefined || step < 0 || step >= (side === "source" ? source : target).length)
    return undefined;
  const [first, count] = side === "source" ? [0, encoderRows] : [encoderRows, decoderRows];
  for (let row = first; row < first + count; row++) {
    const share = (y - places.rowTop(row)) / places.cellHeight;
    if (share >= 0 && share < 1) return { side, step, row, share };
  }
  return { side, step };
}
