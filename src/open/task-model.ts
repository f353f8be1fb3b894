import { UnrolledError } from "../errors.ts";
import { NetworkModel } from "../models/network-model.ts";
import type { Task } from "../tasks/task.ts";

/** A network that was trained for a task of your own, with that task. */
export class TaskModel<Input, Found> extends NetworkModel {
  readonly #task: Pick<Task, "name" | "predict">;

  constructor(model: NetworkModel, task: Pick<Task, "name" | "predict">) {
    super(model.network, { format: model.format, madeBy: model.madeBy });
    this.#task = task;
  }

  /**
   * What the task makes of an input.
   *
   * @throws UnrolledError "invalid-argument" for a task that says nothing of that, and whatever it throws
   */
  async predict(input: Input): Promise<Found> {
    const { name, predict } = this.#task;
    if (!predict) {
      throw new UnrolledError("invalid-argument", {
        call: "predict",
        problem: `task ${name} has no predict; run gives the outputs`,
      });
    }
    return (await predict(this.network, input as never, this.madeBy?.options)) as Found;
  }
}
