import type { KernelTable } from "../kernel-table.ts";
import type { Memory } from "./memory.ts";

type WindowKernels = "unfold" | "fold" | "transpose" | "rowMaxima" | "rowMaximaBackward";

/** visit(place in x or −1, place in patches) for every entry of every patch. */
function overPatches(memory: Memory, window: number, visit: (place: number, patch: number) => void): void {
  const [images, groups, channels, height, width, kernelHeight, kernelWidth, ...rest] = memory
    .ints()
    .subarray(window, window + 15);
  const [strideY, strideX, dilationY, dilationX, top, left, outHeight, outWidth] = rest;
  let patch = 0;
  for (let group = 0; group < groups; group++)
    for (let image = 0; image < images; image++)
      for (let oy = 0; oy < outHeight; oy++)
        for (let ox = 0; ox < outWidth; ox++)
          for (let channel = 0; channel < channels; channel++)
            for (let ky = 0; ky < kernelHeight; ky++)
              for (let kx = 0; kx < kernelWidth; kx++) {
                const y = oy * strideY + ky * dilationY - top;
                const x = ox * strideX + kx * dilationX - left;
                const plane = (image * groups + group) * channels + channel;
                const inside = y >= 0 && y < height && x >= 0 && x < width;
                visit(inside ? (plane * height + y) * width + x : -1, patch);
                patch += 1;
              }
}

/** The windows of a convolution or a pooling as rows, and back; transposes; the largest entries of rows. */
export function windowKernels(memory: Memory): Pick<KernelTable, WindowKernels> {
  return {
    unfold(x, window, fill, patches) {
      const heap = memory.floats();
      overPatches(memory, window, (place, patch) => {
        heap[patches + patch] = place < 0 ? fill : heap[x + place];
      });
    },

    fold(patches, window, x) {
      const heap = memory.floats();
      overPatches(memory, window, (place, patch) => {
        if (place >= 0) heap[x + place] += heap[patches + patch];
      });
    },

    transpose(x, y, count, m, n, accumulate) {
      const heap = memory.floats();
      for (let index = 0; index < count; index++) {
        for (let i = 0; i < m; i++) {
          for (let j = 0; j < n; j++) {
            const to = y + (index * n + j) * m + i;
            heap[to] = (accumulate ? heap[to] : 0) + heap[x + (index * m + i) * n + j];
          }
        }
      }
    },

    rowMaxima(x, y, places, m, n) {
      const heap = memory.floats();
      for (let i = 0; i < m; i++) {
        let best = 0;
        for (let j = 1; j < n; j++) {
          const [entry, most] = [heap[x + i * n + j], heap[x + i * n + best]];
          if (entry > most || (Number.isNaN(entry) && !Number.isNaN(most))) best = j;
        }
        heap[y + i] = heap[x + i * n + best];
        memory.ints()[places + i] = best;
      }
    },

    rowMaximaBackward(dy, places, dx, m, n) {
      const heap = memory.floats();
      for (let i = 0; i < m; i++) heap[dx + i * n + memory.ints()[places + i]] += heap[dy + i];
    },
  };
}
