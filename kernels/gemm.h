// Matrix products: weights packed once into panels, a tile of C held in registers (Goto & van de Geijn 2008).
//
// A panel is PANEL = NV·VL columns of B, stored row after row, so that a tile reads it from front to back; the last panel is as
// narrow as whole vectors allow. A tile is up to MR rows of A against one panel; few rows go against several panels at once,
// since one row alone cannot keep the multipliers busy. Rows are split evenly: 32 rows are 11 + 11 + 10, not 12 + 12 + 8.
// K is cut into slices that let a panel stay in the first-level cache; a block of A and one of C stay in the second.
// Every entry of C is a chain of multiply-adds along each slice, added to C, so the result does not depend on its tile.
//
// A packed copy begins with HEADER entries that say what its panels are made of: narrow.h.
#pragma once
#include "narrow.h"

enum { PANEL = NV * VL, K_SLICE = 512, COPIED_SLICE = 256, M_BLOCK = 16 * MR, N_BLOCK = 512, SECOND_LEVEL_ENTRIES = 1 << 18, LINE = 16, COPY_ROW = (MR + VL - 1) / VL * VL };

constexpr int least(int a, int b) { return a < b ? a : b; }
INLINE int vectorsFor(int columns) { return (columns + VL - 1) / VL; }

static int packedSize(int k, int n) { return HEADER + k * vectorsFor(n) * VL; }

static int packedNarrowSize(int precision, int k, int n) {
  int entries = k * vectorsFor(n) * VL;
  return HEADER + scalesRoom(precision, n) + (precision == INT8 ? (entries + 3) / 4 : (entries + 1) / 2);
}

static void pack(const float* b, int bRow, int bCol, float* packed, int k, int n) {
  *(int*)packed = FLOAT32;
  packed += HEADER;
  for (int j = 0; j < n; j += PANEL) {
    int columns = least(PANEL, n - j), width = vectorsFor(columns) * VL;
    for (int i = 0; i < k; i++, packed += width) {
      const float* row = b + (long)i * bRow + (long)j * bCol;
      if (bCol == 1) {
        for (int column = 0; column < width; column += VL) store(packed + column, load(row + column, columns - column));
        continue;
      }
      for (int column = 0; column < columns; column++) packed[column] = row[(long)column * bCol];
      for (int column = columns; column < width; column++) packed[column] = 0;
    }
  }
}

// Where column j's entries of a panel begin, and how far apart they are.
struct Column {
  long first;
  int stride;
};
INLINE Column columnOf(int j, int k, int n) {
  int panel = j / PANEL * PANEL;
  return {(long)panel * k + (j - panel), vectorsFor(least(PANEL, n - panel)) * VL};
}

static void packNarrow(int precision, const float* b, int bRow, int bCol, const float* scales, float* packed, int k, int n) {
  *(int*)packed = precision;
  Operand to = operandAt(packed, n);
  for (int j = 0; j < vectorsFor(n) * VL; j++) {
    bool inside = j < n;
    if (precision == INT8 && inside) packed[HEADER + j] = scales[j];
    Column column = columnOf(j, k, n);
    const float* from = b + (long)j * bCol;
    for (int i = 0; i < k; i++) {
      long place = column.first + (long)i * column.stride;
      float entry = inside ? from[(long)i * bRow] : 0;
      if (precision == INT8) ((Eighth*)to.entries)[place] = inside ? eighthOf(entry, scales[j]) : 0;
      else ((Half*)to.entries)[place] = halfOf(entry);
    }
  }
}

static void gatherPacked(const float* packed, const int* ids, float* ys, int count, int k, int n) {
  Operand from = operandAt(packed, n);
  for (int row = 0; row < count; row++, ys += k) {
    bool inside = ids[row] >= 0 && ids[row] < n;
    Column column = columnOf(inside ? ids[row] : 0, k, n);
    float scale = inside ? from.scales ? from.scales[ids[row]] : 1 : 0;
    for (int i = 0; i < k; i++) {
      long place = column.first + (long)i * column.stride;
      float entry = from.precision == FLOAT32 ? ((const float*)from.entries)[place] : from.precision == FLOAT16 ? floatOf(((const Half*)from.entries)[place]) : ((const Eighth*)from.entries)[place];
      ys[i] = inside ? scale * entry : 0;
    }
  }
}

// C's row i stands at entries + i·row, what is added to it at base + i·baseRow: C itself, the bias (baseRow 0) or nothing. Sums
// are multiplied by the scales of their columns, if there are any.
struct Target {
  float* entries;
  long row;
  const float* base;
  long baseRow;
  const float* scales;
  INLINE_MEMBER Target at(long i, long j) const {
    return {entries + i * row + j, row, base ? base + i * baseRow + j : base, baseRow, scales ? scales + j : scales};
  }
};

// What a tile fetches into the second-level cache meanwhile, for those after it: so many lines in sixteen steps along K.
struct Ahead {
  const float* first;
  long stride;
  int lines;
};

// C [ROWS, PANELS·VECTORS·VL] ← base + A·B; the last vector has `lanes` columns. A's rows stand aRow apart; aRow 0 means that
// they were copied, and stand column after column. Structures come by reference: copies of them would wait for the stores of
// the tile before.
template <typename Entry, int ROWS, int PANELS, int VECTORS, bool COPIED>
__attribute__((noinline)) static void tile(const float* a, long aRow, const Entry* b, long panelSize, const Target& c, int lanes, int k, const Ahead& ahead) {
  constexpr int WIDTH = PANELS * VECTORS;
  const long row = COPIED ? 1 : aRow, column = COPIED ? COPY_ROW : 1;
  V sums[ROWS][WIDTH] = {};
  if (c.base == c.entries)
#pragma GCC unroll 16
    for (int i = 0; i < ROWS; i++)
#pragma GCC unroll 16
      for (int v = 0; v < WIDTH; v++) __builtin_prefetch(c.entries + i * c.row + v * VL, 1);
  const float* next = ahead.first;
  for (int step = 0; step < k;) {
    for (int line = 0; line < ahead.lines; line++, next += ahead.stride) __builtin_prefetch(next, 0, 2);
    for (int stop = least(k, step + 16); step < stop; step++, a += column, b += VECTORS * VL) {
      V columns[WIDTH];
#pragma GCC unroll 16
      for (int v = 0; v < WIDTH; v++) columns[v] = widened(b + v / VECTORS * panelSize + v % VECTORS * VL);
#pragma GCC unroll 16
      for (int i = 0; i < ROWS; i++) {
        V entry = splat(a[i * row]);
#pragma GCC unroll 16
        for (int v = 0; v < WIDTH; v++) sums[i][v] = multiplyAdd(entry, columns[v], sums[i][v]);
      }
    }
  }
  auto finish = [&](auto last) INLINE_LAMBDA {
    if (c.scales)
#pragma GCC unroll 16
      for (int v = 0; v < WIDTH; v++) {
        V scale = v < WIDTH - 1 ? load(c.scales + v * VL) : load(c.scales + v * VL, last);
#pragma GCC unroll 16
        for (int i = 0; i < ROWS; i++) sums[i][v] *= scale;
      }
    if (c.base)
#pragma GCC unroll 16
      for (int i = 0; i < ROWS; i++) {
        const float* base = c.base + i * c.baseRow;
#pragma GCC unroll 16
        for (int v = 0; v < WIDTH - 1; v++) sums[i][v] += load(base + v * VL);
        sums[i][WIDTH - 1] += load(base + (WIDTH - 1) * VL, last);
      }
#pragma GCC unroll 16
    for (int i = 0; i < ROWS; i++) {
      float* entries = c.entries + i * c.row;
#pragma GCC unroll 16
      for (int v = 0; v < WIDTH - 1; v++) store(entries + v * VL, sums[i][v]);
      store(entries + (WIDTH - 1) * VL, sums[i][WIDTH - 1], last);
    }
  };
  if (lanes == VL) finish(Whole{});
  else finish(lanes);
}

// Picks the tile with `rows` rows, ROWS counting down from MR.
template <int ROWS, int VECTORS>
INLINE void tileOf(int rows, const float* a, long aRow, const float* b, const Target& c, int lanes, int k, const Ahead& ahead) {
  if constexpr (ROWS >= 1) {
    if (rows == ROWS) {
      if (aRow) tile<float, ROWS, 1, VECTORS, false>(a, aRow, b, 0, c, lanes, k, ahead);
      else tile<float, ROWS, 1, VECTORS, true>(a, aRow, b, 0, c, lanes, k, ahead);
    } else {
      tileOf<ROWS - 1, VECTORS>(rows, a, aRow, b, c, lanes, k, ahead);
    }
  }
}

// One panel of `columns` ≤ PANEL columns.
template <int VECTORS>
INLINE void panelOf(int columns, int rows, const float* a, long aRow, const float* b, const Target& c, int k, const Ahead& ahead) {
  if constexpr (VECTORS >= 1) {
    if (columns > (VECTORS - 1) * VL) tileOf<MR, VECTORS>(rows, a, aRow, b, c, columns - (VECTORS - 1) * VL, k, ahead);
    else panelOf<VECTORS - 1>(columns, rows, a, aRow, b, c, k, ahead);
  }
}

// As many panels beside each other as the registers hold: the sums, one vector of each column and one entry of A.
constexpr int panelsFor(int rows) { return least((REGISTERS - 1) / (NV * (rows + 1)), 4); }
enum { FEW_ROWS = REGISTERS / 5 };

// The steps of a sequence stand one after the other in memory. Every other step goes through the panels backwards, and so begins
// with those that the step before left in the second-level cache.
INLINE bool isOddStep(const float* a, int entries) { return (__UINTPTR_TYPE__)a / sizeof(float) / entries & 1; }

template <typename Entry, int ROWS>
static void fewRows(const float* a, long aRow, const Operand& operand, const Target& c, int n, int k) {
  constexpr bool narrow = sizeof(Entry) < sizeof(float);
  constexpr int panels = panelsFor(ROWS);
  alignas(64) float wide[narrow ? K_SLICE * PANEL : 1];
  const Entry* entries = (const Entry*)operand.entries;
  int groups = n / (panels * PANEL), all = groups + (n - groups * panels * PANEL + PANEL - 1) / PANEL;
  bool backwards = isOddStep(a, ROWS * k + !k);
  for (int i = 0; i < all; i++) {
    int index = backwards ? all - 1 - i : i, single = index - groups;
    int j = single < 0 ? index * panels * PANEL : groups * panels * PANEL + single * PANEL;
    int columns = single < 0 ? panels * PANEL : least(PANEL, n - j), width = least(PANEL, vectorsFor(columns) * VL);
    Target to = c.at(0, j);
    for (int k0 = 0; k0 < k || k0 == 0; k0 += K_SLICE) {
      int slice = least(K_SLICE, k - k0);
      long place = (long)j * k + (long)k0 * width;
      if (single < 0 && (panels > 1 || narrow)) tile<Entry, ROWS, panels, NV, false>(a + k0, aRow, entries + place, (long)PANEL * k, to, VL, slice, {});
      else panelOf<NV>(columns, ROWS, a + k0, aRow, entriesAt(operand, place, slice * width, wide), to, slice, {});
      to.base = to.entries;
      to.baseRow = to.row;
    }
  }
}

template <typename Entry, int ROWS>
INLINE void fewRowsOf(int rows, const float* a, long aRow, const Operand& b, const Target& c, int n, int k) {
  if constexpr (ROWS >= 1) {
    if (rows == ROWS) return fewRows<Entry, ROWS>(a, aRow, b, c, n, k);
    fewRowsOf<Entry, ROWS - 1>(rows, a, aRow, b, c, n, k);
  }
}

static void gemm(const float* a, int aRow, int aCol, const float* packed, const float* bias, float* c, int cRow, int m, int n, int k, int accumulate) {
  Operand operand = operandAt(packed, n);
  Target target = accumulate ? Target{c, cRow, c, cRow, operand.scales} : Target{c, cRow, bias, 0, operand.scales};
  bool copied = aCol != 1;
  const int depth = copied ? COPIED_SLICE : K_SLICE;
  if (m <= FEW_ROWS && !copied) {
    if (operand.precision == FLOAT16) return fewRowsOf<Half, FEW_ROWS>(m, a, aRow, operand, target, n, k);
    if (operand.precision == INT8) return fewRowsOf<Eighth, FEW_ROWS>(m, a, aRow, operand, target, n, k);
    return fewRowsOf<float, FEW_ROWS>(m, a, aRow, operand, target, n, k);
  }
  long touched = (long)k * n + (long)least(m, M_BLOCK) * (k + n);
  bool far = operand.precision == FLOAT32 && ((long)k * n > SECOND_LEVEL_ENTRIES || 2 * touched > 3 * SECOND_LEVEL_ENTRIES);
  alignas(64) float wide[K_SLICE * PANEL];
  alignas(64) float copy[M_BLOCK / MR * (COPY_ROW * COPIED_SLICE + LINE)];
  for (int j0 = 0; j0 < n; j0 += N_BLOCK) {
    int end = least(n, j0 + N_BLOCK);
    for (int i0 = 0; i0 < m; i0 += M_BLOCK) {
      int blockRows = least(M_BLOCK, m - i0), tiles = (blockRows + MR - 1) / MR;
      int tileRows = blockRows / tiles, longer = blockRows % tiles;
      auto eachTile = [&](auto&& run) INLINE_LAMBDA {
        for (int index = 0, row = 0; index < tiles; index++) {
          int rows = tileRows + (index < longer);
          run(index, row, rows);
          row += rows;
        }
      };
      for (int k0 = 0; k0 < k || k0 == 0; k0 += depth) {
        int slice = least(depth, k - k0);
        const float* block = a + (long)i0 * aRow + (long)k0 * aCol;
        // Tiles begin a line apart from where they would, else they would all meet in one set of the first-level cache.
        auto copiedTile = [&](int index) INLINE_LAMBDA { return copy + (long)index * (COPY_ROW * slice + LINE); };
        // A transposed left operand is read along its rows once, into tiles that are then read from front to back.
        if (copied)
          for (int step = 0; step < slice; step++, block += aCol) {
            eachTile([&](int index, int row, int rows) INLINE_LAMBDA {
              float* to = copiedTile(index) + (long)step * COPY_ROW;
              if (aRow == 1)
                for (int i = 0; i < COPY_ROW; i += VL) store(to + i, load(block + row + i, m - i0 - row - i));
              else
                for (int i = 0; i < rows; i++) to[i] = block[(long)(row + i) * aRow];
            });
          }
        // Meanwhile comes the next slice of a transposed A, whose rows are too far apart for the processor to foresee, or else
        // the next panel of a B that does not fit the second-level cache.
        const float* nextSlice = k0 + depth < k ? block : a + (long)(i0 + M_BLOCK) * aRow;
        int share = (16 * PANEL + end - j0 - 1) / (end - j0);
        for (int j = j0; j < end; j += PANEL) {
          int columns = least(PANEL, n - j), width = vectorsFor(columns) * VL;
          const float* panel = entriesAt(operand, (long)j * k + (long)k0 * width, slice * width, wide);
          const float* nextPanel = panel + (long)width * k;
          int lines = (width + tiles - 1) / tiles;
          Target to = target.at(i0, j);
          if (k0 > 0) to.base = to.entries, to.baseRow = cRow;
          eachTile([&](int index, int row, int rows) INLINE_LAMBDA {
            if (copied) panelOf<NV>(columns, rows, copiedTile(index), 0, panel, to.at(row, 0), slice, {nextSlice + (long)row * aRow + (long)(j - j0) / PANEL * 16 * share * aCol, aCol, share});
            else panelOf<NV>(columns, rows, block + (long)row * aRow, aRow, panel, to.at(row, 0), slice, {nextPanel + (long)index * lines * slice, 16, far ? lines : 0});
          });
        }
      }
    }
  }
}
