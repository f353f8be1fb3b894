// Matrix products: weights packed once into panels, a tile of C held in registers (Goto & van de Geijn 2008).
//
// A panel is PANEL = NV·VL columns of B, stored row after row, so that a tile reads it from front to back; the last panel is as
// narrow as whole vectors allow. A tile is up to MR rows of A against one panel; few rows go against several panels at once,
// since one row alone cannot keep the multipliers busy. Rows are split evenly: 32 rows are 11 + 11 + 10, not 12 + 12 + 8.
// K is cut into slices that let a panel stay in the first-level cache; a block of A and one of C stay in the second.
// Every entry of C is a chain of multiply-adds along each slice, added to C, so the result does not depend on its tile.
#pragma once
#include "vector.h"

enum { PANEL = NV * VL, K_SLICE = 256, M_BLOCK = 16 * MR, N_BLOCK = 512, SECOND_LEVEL_ENTRIES = 1 << 18 };

constexpr int least(int a, int b) { return a < b ? a : b; }
INLINE int vectorsFor(int columns) { return (columns + VL - 1) / VL; }

static int packedSize(int k, int n) { return k * vectorsFor(n) * VL; }

static void pack(const float* b, int bRow, int bCol, float* packed, int k, int n) {
  for (int j = 0; j < n; j += PANEL) {
    int columns = least(PANEL, n - j), width = vectorsFor(columns) * VL;
    for (int i = 0; i < k; i++, packed += width) {
      const float* row = b + (long)i * bRow + (long)j * bCol;
      for (int column = 0; column < columns; column++) packed[column] = row[(long)column * bCol];
      for (int column = columns; column < width; column++) packed[column] = 0;
    }
  }
}

// C's row i stands at entries + i·row, what is added to it at base + i·baseRow: C itself, the bias (baseRow 0) or nothing.
struct Target {
  float* entries;
  long row;
  const float* base;
  long baseRow;
  INLINE_MEMBER Target at(long i, long j) const { return {entries + i * row + j, row, base ? base + i * baseRow + j : base, baseRow}; }
};

// C [ROWS, PANELS·VECTORS·VL] ← base + A·B; the last vector has `lanes` columns. A's rows stand aRow apart; aRow 0 means that
// they were copied, and stand column after column. Structures come by reference: copies of them would wait for the stores of
// the tile before.
template <int ROWS, int PANELS, int VECTORS, bool COPIED>
__attribute__((noinline)) static void tile(const float* a, long aRow, const float* b, long panelSize, const Target& c, int lanes, int k, const float* next, long share) {
  constexpr int WIDTH = PANELS * VECTORS;
  const long row = COPIED ? 1 : aRow, column = COPIED ? ROWS : 1;
  V sums[ROWS][WIDTH] = {};
  if (c.base == c.entries)
#pragma GCC unroll 16
    for (int i = 0; i < ROWS; i++)
#pragma GCC unroll 16
      for (int v = 0; v < WIDTH; v++) __builtin_prefetch(c.entries + i * c.row + v * VL, 1);
  for (int step = 0; step < k; next += 16 * share) {
    for (int line = 0; line < share; line++) __builtin_prefetch(next + 16 * line, 0, 2);
    for (int stop = least(k, step + 16); step < stop; step++, a += column, b += VECTORS * VL) {
      V columns[WIDTH];
#pragma GCC unroll 16
      for (int v = 0; v < WIDTH; v++) columns[v] = load(b + v / VECTORS * panelSize + v % VECTORS * VL);
#pragma GCC unroll 16
      for (int i = 0; i < ROWS; i++) {
        V entry = splat(a[i * row]);
#pragma GCC unroll 16
        for (int v = 0; v < WIDTH; v++) sums[i][v] = multiplyAdd(entry, columns[v], sums[i][v]);
      }
    }
  }
  auto finish = [&](auto last) INLINE_LAMBDA {
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
INLINE void tileOf(int rows, const float* a, long aRow, const float* b, const Target& c, int lanes, int k, const float* next, long share) {
  if constexpr (ROWS >= 1) {
    if (rows == ROWS) {
      if (aRow) tile<ROWS, 1, VECTORS, false>(a, aRow, b, 0, c, lanes, k, next, share);
      else tile<ROWS, 1, VECTORS, true>(a, aRow, b, 0, c, lanes, k, next, share);
    } else {
      tileOf<ROWS - 1, VECTORS>(rows, a, aRow, b, c, lanes, k, next, share);
    }
  }
}

// One panel of `columns` ≤ PANEL columns.
template <int VECTORS>
INLINE void panelOf(int columns, int rows, const float* a, long aRow, const float* b, const Target& c, int k, const float* next, long share) {
  if constexpr (VECTORS >= 1) {
    if (columns > (VECTORS - 1) * VL) tileOf<MR, VECTORS>(rows, a, aRow, b, c, columns - (VECTORS - 1) * VL, k, next, share);
    else panelOf<VECTORS - 1>(columns, rows, a, aRow, b, c, k, next, share);
  }
}

// As many panels beside each other as the registers hold: the sums, one vector of each column and one entry of A.
constexpr int panelsFor(int rows) { return least((REGISTERS - 1) / (NV * (rows + 1)), 4); }
enum { FEW_ROWS = REGISTERS / 5 };

// The steps of a sequence stand one after the other in memory. Every other step goes through the panels backwards, and so begins
// with those that the step before left in the second-level cache.
INLINE bool isOddStep(const float* a, int entries) { return (unsigned long)a / sizeof(float) / entries & 1; }

template <int ROWS>
static void fewRows(const float* a, long aRow, const float* packed, const Target& c, int n, int k) {
  constexpr int panels = panelsFor(ROWS);
  int groups = n / (panels * PANEL), all = groups + (n - groups * panels * PANEL + PANEL - 1) / PANEL;
  bool backwards = isOddStep(a, ROWS * k + !k);
  for (int i = 0; i < all; i++) {
    int index = backwards ? all - 1 - i : i, single = index - groups;
    int j = single < 0 ? index * panels * PANEL : groups * panels * PANEL + single * PANEL;
    int columns = single < 0 ? panels * PANEL : least(PANEL, n - j);
    Target to = c.at(0, j);
    for (int k0 = 0; k0 < k || k0 == 0; k0 += K_SLICE) {
      int slice = least(K_SLICE, k - k0);
      const float* b = packed + (long)j * k + (long)k0 * least(PANEL, vectorsFor(columns) * VL);
      if (single < 0 && panels > 1) tile<ROWS, panels, NV, false>(a + k0, aRow, b, (long)PANEL * k, to, VL, slice, b, 0);
      else panelOf<NV>(columns, ROWS, a + k0, aRow, b, to, slice, b, 0);
      to.base = to.entries;
      to.baseRow = to.row;
    }
  }
}

template <int ROWS>
INLINE void fewRowsOf(int rows, const float* a, long aRow, const float* packed, const Target& c, int n, int k) {
  if constexpr (ROWS >= 1) {
    if (rows == ROWS) return fewRows<ROWS>(a, aRow, packed, c, n, k);
    fewRowsOf<ROWS - 1>(rows, a, aRow, packed, c, n, k);
  }
}

static void gemm(const float* a, int aRow, int aCol, const float* packed, const float* bias, float* c, int cRow, int m, int n, int k, int accumulate) {
  Target target = accumulate ? Target{c, cRow, c, cRow} : Target{c, cRow, bias, 0};
  bool copied = aCol != 1;
  if (m <= FEW_ROWS && !copied) return fewRowsOf<FEW_ROWS>(m, a, aRow, packed, target, n, k);
  bool far = (long)k * n > SECOND_LEVEL_ENTRIES;
  float copy[M_BLOCK * K_SLICE];
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
      for (int k0 = 0; k0 < k || k0 == 0; k0 += K_SLICE) {
        int slice = least(K_SLICE, k - k0);
        const float* block = a + (long)i0 * aRow + (long)k0 * aCol;
        // A transposed left operand is read along its rows once, into tiles that are then read from front to back.
        if (copied)
          for (int step = 0; step < slice; step++, block += aCol) {
            for (int line = 0; line < blockRows; line += 16) __builtin_prefetch(block + 8l * aCol + line);
            eachTile([&](int, int row, int rows) INLINE_LAMBDA {
              float* to = copy + (long)row * slice + (long)step * rows;
              if (aRow == 1)
                for (int i = 0; i < rows; i += VL) store(to + i, load(block + row + i, rows - i), rows - i);
              else
                for (int i = 0; i < rows; i++) to[i] = block[(long)(row + i) * aRow];
            });
          }
        for (int j = j0; j < end; j += PANEL) {
          int columns = least(PANEL, n - j), width = vectorsFor(columns) * VL, share = far ? width / tiles : 0;
          const float* panel = packed + (long)j * k + (long)k0 * width;
          const float* nextPanel = panel + (long)width * k;
          Target to = target.at(i0, j);
          if (k0 > 0) to.base = to.entries, to.baseRow = cRow;
          eachTile([&](int index, int row, int rows) INLINE_LAMBDA {
            const float* left = copied ? copy + (long)row * slice : block + (long)row * aRow;
            panelOf<NV>(columns, rows, left, copied ? 0 : aRow, panel, to.at(row, 0), slice, nextPanel + (long)index * share * slice, share);
          });
        }
      }
    }
  }
}
