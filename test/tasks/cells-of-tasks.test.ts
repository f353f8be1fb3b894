import { expect, it } from "vitest";
import { CELL_NAMES } from "../../src/tasks/language/model/language-cell.ts";
import { describedTask, TASK_NAMES } from "../../src/tasks/task-table.ts";
import { resolveSettingsOf } from "../../src/training/resolve-settings.ts";

const tasks = TASK_NAMES;

it.each(tasks.flatMap((task) => CELL_NAMES.map((cell) => [task, cell] as const)))(
  "%s takes the cell %s, with that cell's options alone",
  async (task, cell) => {
    const settings = resolveSettingsOf((await describedTask(task))!, { cell });
    expect(settings).toMatchObject({ cell });
    // An LSTM has three activations, and no other cell is given them.
    const { activations } = settings as { readonly activations?: readonly unknown[] };
    if (cell !== "lstm") expect(activations?.length).not.toBe(3);
  },
);
