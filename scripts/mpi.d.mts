export type MpiKind = "open-mpi" | "mpich";
export function findMpi(kind: MpiKind): string | undefined;
export function ensureMpi(kind: MpiKind, say?: (text: string) => void): string | undefined;
