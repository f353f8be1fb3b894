import { expect, test } from "vitest";
import { isByNpx, requireConnection, startedAs } from "./started.ts";

test("mpirun of Open MPI, Hydra and srun say which process this is, and how many there are", () => {
  expect(startedAs({ OMPI_COMM_WORLD_SIZE: "8", OMPI_COMM_WORLD_RANK: "3", PMIX_RANK: "3" })).toEqual({
    rank: 3,
    size: 8,
    said: "OMPI_COMM_WORLD_SIZE",
    kind: "open-mpi",
  });
  expect(startedAs({ PMI_SIZE: "2", PMI_RANK: "0" })).toMatchObject({ rank: 0, size: 2, kind: "mpich" });
  const srun = { SLURM_STEP_NUM_TASKS: "4", SLURM_PROCID: "1" };
  expect(startedAs({ ...srun, PMIX_RANK: "1" })).toMatchObject({ rank: 1, size: 4, kind: undefined });
  expect(startedAs(srun)).toMatchObject({ rank: 1, size: 4 });
});

test("a process is alone without a starter, as the only one of a job, and in the script of a job", () => {
  expect(startedAs({})).toBeUndefined();
  expect(startedAs({ OMPI_COMM_WORLD_SIZE: "1", OMPI_COMM_WORLD_RANK: "0" })).toBeUndefined();
  expect(startedAs({ SLURM_NTASKS: "4", SLURM_PROCID: "0" })).toBeUndefined();
});

test("variables that contradict one another are refused by name", () => {
  expect(() => startedAs({ PMI_SIZE: "two", PMI_RANK: "0" })).toThrow(
    'PMI_SIZE is "two", needed a whole number',
  );
  expect(() => startedAs({ PMI_SIZE: "2", PMI_RANK: "2" })).toThrow("PMI_RANK is 2 and PMI_SIZE is 2");
});

test("a process that MPICH's starter cannot reach is told how to be started", () => {
  const none = () => false;
  expect(() => requireConnection({}, none)).not.toThrow();
  expect(() => requireConnection({ PMI_FD: "7" }, (descriptor) => descriptor === 7)).not.toThrow();
  expect(() => requireConnection({ PMI_FD: "7" }, none)).toThrow(
    /^mpirun cannot be reached: another program .*start node_modules/,
  );
  const byNpx = { PMI_FD: "7", npm_command: "exec" };
  expect(() => requireConnection(byNpx, none)).toThrow("npx stands between it");
  expect([isByNpx(byNpx), isByNpx({})]).toEqual([true, false]);
});
