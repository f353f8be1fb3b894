// The processes that mpirun or srun has started this one with, where it has; everybody else is asked for two variables and no more.
import { fstatSync } from "node:fs";
import type { World } from "../../mpi/world.ts";
import { EXIT } from "../failure.ts";
import type { RankJob } from "./rank-job.ts";

/** Commands that several processes share; all others are what they are, in each process. */
const SHARED: readonly (string | undefined)[] = ["train", "sweep"];
const SAID = /^(OMPI_COMM_WORLD_SIZE|PMI_SIZE|PMIX_RANK|SLURM_STEP_NUM_TASKS)$/;

/** How long the end of a process waits for those who read what it says. */
const PATIENCE_MS = 2000;

let joined: World | undefined;
/** Whether the others have been told what there is to do, and are at it. */
let isTold = false;
let areAtWork = false;

/** Joins the others, if there are others and the command is one that they share. */
export async function joinedWorld(command: string | undefined): Promise<World | undefined> {
  if (!SHARED.includes(command) || !Object.keys(process.env).some((name) => SAID.test(name)))
    return undefined;
  const { DIRECTLY, isByNpx, requireConnection, startedAs } = await import("../../mpi/started.ts");
  const started = startedAs(process.env);
  if (!started) return undefined;
  requireConnection(process.env, isSocket);
  if (started.rank === 0 && isByNpx(process.env))
    process.stderr.write(
      `note: npx hands no signals on; so that a run saves what it has when MPI ends it, start ${DIRECTLY}\n`,
    );
  const { joinWorld } = await import("../../mpi/world.ts");
  joined = await joinWorld(started);
  for (const stream of [process.stdout, process.stderr]) writeWithoutWaiting(stream);
  return joined;
}

/**
 * By themselves a terminal and a pipe have whoever writes wait until there is room. While mpirun waits for the end of its processes it
 * reads nothing, and a process that waits for mpirun hears no signal and saves nothing.
 */
function writeWithoutWaiting(stream: NodeJS.WriteStream): void {
  const { _handle: handle } = stream as { readonly _handle?: { setBlocking?(on: boolean): void } };
  handle?.setBlocking?.(false);
}

/** Until all is read that was written; but not for long. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    const patience = setTimeout(resolve, PATIENCE_MS);
    stream.write("", () => {
      clearTimeout(patience);
      resolve();
    });
  });
}

function isSocket(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isSocket();
  } catch {
    return false;
  }
}

/** The others, as this process has joined them. */
export function others(): World | undefined {
  return joined;
}

/** Tells the others what there is to do. */
export async function tellJob(job: RankJob): Promise<void> {
  if (!joined) return;
  const { tell } = await import("../../parallel/ranks.ts");
  isTold = true;
  areAtWork = job.type !== "end";
  tell(joined.ranks, job);
}

/** Says that the others have done what they were told. */
export function jobDone(): void {
  areAtWork = false;
}

/** At a command's end: the process leaves the others, and ends. What has gone wrong while they worked together ends them all. */
export async function leaveWorld(): Promise<void> {
  if (!joined) return;
  const world = joined;
  const code = Number(process.exitCode ?? EXIT.done);
  const { rank } = world.ranks;
  if (rank === 0 && !isTold) await tellJob({ type: "end" });
  await Promise.all([process.stdout, process.stderr].map(written));
  const isOrderly = rank === 0 ? !areAtWork : code === EXIT.done;
  // Behind everybody else who cleans up. After MPI has ended its library must not be unloaded, which an ordinary exit would do.
  process.on("exit", (exitCode) => {
    if (isOrderly) world.leave();
    else world.abort(exitCode);
    (process as unknown as { reallyExit(code: number): never }).reallyExit(exitCode);
  });
  process.exit(code);
}
