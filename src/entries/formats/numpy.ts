// `unrolled/formats/numpy`: arrays of NumPy, one or several by name.

export { type NumpyArray, readNpy } from "../../formats/numpy/read-npy.ts";
export { readNpz } from "../../formats/numpy/read-npz.ts";
