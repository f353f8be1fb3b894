// The MPIs that tests train with: those that are installed, or on Debian are installed by this.
import { existsSync } from "node:fs";
import { canInstall, installDebians } from "./debian.mjs";

/** Debian's packages, and where each has its mpirun beside that of the other. The libraries come with them. */
const KINDS = {
  "open-mpi": { name: "openmpi-bin", mpirun: "/usr/bin/mpirun.openmpi" },
  mpich: { name: "mpich", mpirun: "/usr/bin/mpirun.mpich" },
};

/** The path of a kind's mpirun, or undefined where it is not there. */
export function findMpi(kind) {
  const { mpirun } = KINDS[kind];
  return existsSync(mpirun) ? mpirun : undefined;
}

/** As `findMpi`, but installs Debian's where that can be done and there is none. */
export function ensureMpi(kind, say = () => {}) {
  if (findMpi(kind) === undefined && canInstall()) {
    say(`Installing ${kind} (apt-get install ${KINDS[kind].name})`);
    installDebians(KINDS[kind].name);
  }
  return findMpi(kind);
}
