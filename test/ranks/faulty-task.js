// A task that one of two machines cannot read.
import process from "node:process";
import { UnrolledError } from "unrolled";
import { copyMemory } from "../tasks/copy-memory.js";

export const faulty = {
  ...copyMemory,
  name: "faulty",
  prepare(beginning) {
    const { OMPI_COMM_WORLD_RANK, PMI_RANK = OMPI_COMM_WORLD_RANK } = process.env;
    if (PMI_RANK === "1") throw new UnrolledError("missing-file", "the disk of this machine is broken");
    return copyMemory.prepare(beginning);
  },
};
