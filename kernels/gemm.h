// Matrix products: weights packed once into panels, a tile of C held in registers (Goto & van de Geijn 2008).
//
// A panel is PANEL = NV·VL columns of B, stored row after row, so that a tile reads it from front to back; the last panel is as
// narrow as whole vectors allow. A tile is up to MR rows of A against one panel, or fewer rows against several panels, since
// one row alone cannot keep the multipliers busy. Rows are split evenly: 32 rows are 11 + 11 + 10, not 12 + 12 + 8.
// K is cut into slices that let a panel stay in the first-level cache, M into blocks whose part of A stays in the second.
// Every entry of C is one chain of multiply-adds along K, so the result does not depend on the tile it fell into.
#pragma once
#include "vector.h"

enum { PANEL = NV * VL, K_SLICE = 256, M_BLOCK = 16 * MR };

INLINE int least(int a, int b) { return a < b ? a : b; }
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

// C [rows, panels·vectors·VL] ← start + A·B. `start` is C itself, a row of biases (startRow 0), or none for zero.
template <int ROWS, int PANELS, int VECTORS>
static void tile(const float* a, long aRow, long aCol, const float* b, long panelSize, const float* start, long startRow, float* c, long cRow, int k) {
  V sums[ROWS][PANELS][VECTORS];
#pragma GCC unroll 16
  for (int i = 0; i < ROWS; i++)
#pragma GCC unroll 16
    for (int p = 0; p < PANELS; p++)
#pragma GCC unroll 16
      for (int v = 0; v < VECTORS; v++) sums[i][p][v] = start ? load(start + i * startRow + (p * VECTORS + v) * VL) : V{};
  for (int step = 0; step < k; step++, a += aCol, b += VECTORS * VL) {
    V columns[PANELS][VECTORS];
#pragma GCC unroll 16
    for (int p = 0; p < PANELS; p++)
#pragma GCC unroll 16
      for (int v = 0; v < VECTORS; v++) columns[p][v] = load(b + p * panelSize + v * VL);
#pragma GCC unroll 16
    for (int i = 0; i < ROWS; i++) {
      V entry = splat(a[i * aRow]);
#pragma GCC unroll 16
      for (int p = 0; p < PANELS; p++)
#pragma GCC unroll 16
        for (int v = 0; v < VECTORS; v++) sums[i][p][v] += entry * columns[p][v];
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < ROWS; i++)
#pragma GCC unroll 16
    for (int p = 0; p < PANELS; p++)
#pragma GCC unroll 16
      for (int v = 0; v < VECTORS; v++) store(c + i * cRow + (p * VECTORS + v) * VL, sums[i][p][v]);
}

// Picks the tile with `rows` rows, ROWS counting down from MR.
template <int ROWS, int PANELS, int VECTORS>
INLINE void tileOf(int rows, const float* a, long aRow, long aCol, const float* b, long panelSize, const float* start, long startRow, float* c, long cRow, int k) {
  if constexpr (ROWS >= 1) {
    if (rows == ROWS) return tile<ROWS, PANELS, VECTORS>(a, aRow, aCol, b, panelSize, start, startRow, c, cRow, k);
    tileOf<ROWS - 1, PANELS, VECTORS>(rows, a, aRow, aCol, b, panelSize, start, startRow, c, cRow, k);
  }
}

template <int VECTORS>
INLINE void narrowTile(int vectors, int rows, const float* a, long aRow, long aCol, const float* b, const float* start, long startRow, float* c, long cRow, int k) {
  if constexpr (VECTORS >= 1) {
    if (vectors == VECTORS) return tileOf<MR, 1, VECTORS>(rows, a, aRow, aCol, b, 0, start, startRow, c, cRow, k);
    narrowTile<VECTORS - 1>(vectors, rows, a, aRow, aCol, b, start, startRow, c, cRow, k);
  }
}

// A panel whose columns end inside a vector goes through a small copy of C.
static void edgeTile(int columns, int rows, const float* a, long aRow, long aCol, const float* b, const float* start, long startRow, float* c, long cRow, int k) {
  float edge[MR * PANEL];
  int vectors = vectorsFor(columns), width = vectors * VL;
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < columns; j++) edge[i * width + j] = start ? start[i * startRow + j] : 0;
  narrowTile<NV>(vectors, rows, a, aRow, aCol, b, edge, width, edge, width, k);
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < columns; j++) c[i * cRow + j] = edge[i * width + j];
}

// All columns of C against `rows` ≤ MR rows of A, one slice of K.
template <int ROWS, int PANELS>
static void fewRows(int rows, const float* a, long aRow, long aCol, const float* packed, const float* start, long startRow, float* c, long cRow, int n, int slice, long fullK) {
  int j = 0;
  for (; j + PANELS * PANEL <= n; j += PANELS * PANEL)
    tileOf<ROWS, PANELS, NV>(rows, a, aRow, aCol, packed + j * fullK, PANEL * fullK, start ? start + j : start, startRow, c + j, cRow, slice);
  for (; j + PANEL <= n; j += PANEL)
    tileOf<ROWS, 1, NV>(rows, a, aRow, aCol, packed + j * fullK, 0, start ? start + j : start, startRow, c + j, cRow, slice);
}

static void gemm(const float* a, int aRow, int aCol, const float* packed, const float* bias, float* c, int cRow, int m, int n, int k, int accumulate) {
  float copy[M_BLOCK * K_SLICE];
  int fullColumns = n - n % PANEL;
  for (int block = 0; block < m; block += M_BLOCK) {
    int blockRows = least(M_BLOCK, m - block), tiles = (blockRows + MR - 1) / MR;
    for (int k0 = 0; k0 < k || k0 == 0; k0 += K_SLICE) {
      int slice = least(K_SLICE, k - k0);
      const float* aBlock = a + (long)block * aRow + (long)k0 * aCol;
      long rowStride = aRow, colStride = aCol;
      if (aCol != 1) {
        // A transposed left operand is read along its rows once, into tiles that are then read from front to back.
        float* to = copy;
        for (int index = 0, row = 0; index < tiles; index++) {
          int rows = blockRows / tiles + (index < blockRows % tiles);
          for (int step = 0; step < slice; step++)
            for (int i = 0; i < rows; i++) *to++ = aBlock[(long)(row + i) * aRow + (long)step * aCol];
          row += rows;
        }
      }
      const float* start = accumulate || k0 > 0 ? c + (long)block * cRow : bias;
      long startRow = accumulate || k0 > 0 ? cRow : 0;
      float* cBlock = c + (long)block * cRow;
      auto eachTile = [&](auto&& run) {
        for (int index = 0, row = 0; index < tiles; index++) {
          int rows = blockRows / tiles + (index < blockRows % tiles);
          const float* aTile = aCol != 1 ? copy + (long)row * slice : aBlock + row * rowStride;
          long tileRow = aCol != 1 ? 1 : rowStride, tileCol = aCol != 1 ? rows : colStride;
          run(rows, aTile, tileRow, tileCol, start ? start + row * startRow : start, cBlock + (long)row * cRow);
          row += rows;
        }
      };
      if (tiles == 1 && blockRows <= 2) {
        eachTile([&](int rows, const float* aTile, long tileRow, long tileCol, const float* from, float* to) {
          if (rows == 1) fewRows<1, FEW_PANELS>(rows, aTile, tileRow, tileCol, packed + (long)k0 * PANEL, from, startRow, to, cRow, n, slice, k);
          else fewRows<2, FEW_PANELS / 2>(rows, aTile, tileRow, tileCol, packed + (long)k0 * PANEL, from, startRow, to, cRow, n, slice, k);
        });
      } else {
        for (int j = 0; j < fullColumns; j += PANEL)
          eachTile([&](int rows, const float* aTile, long tileRow, long tileCol, const float* from, float* to) {
            tileOf<MR, 1, NV>(rows, aTile, tileRow, tileCol, packed + (long)j * k + (long)k0 * PANEL, 0, from ? from + j : from, startRow, to + j, cRow, slice);
          });
      }
      if (int columns = n - fullColumns) {
        const float* panel = packed + (long)fullColumns * k + (long)k0 * vectorsFor(columns) * VL;
        eachTile([&](int rows, const float* aTile, long tileRow, long tileCol, const float* from, float* to) {
          const float* fromEdge = from ? from + fullColumns : from;
          if (columns % VL == 0) narrowTile<NV>(columns / VL, rows, aTile, tileRow, tileCol, panel, fromEdge, startRow, to + fullColumns, cRow, slice);
          else edgeTile(columns, rows, aTile, tileRow, tileCol, panel, fromEdge, startRow, to + fullColumns, cRow, slice);
        });
      }
    }
  }
}
