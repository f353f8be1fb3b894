import { UnrolledError } from "../../errors.ts";
import { RankSums } from "../../parallel/rank-sums.ts";
import { gatherTexts, hear, type Ranks } from "../../parallel/ranks.ts";
import { openTrainer, type TrainingAsked } from "../open-trainer.ts";
import { Trainer } from "../trainer.ts";
import { requireAgreement, weightsDigest } from "./agreement.ts";
import { gatherCarried, scatterCarried, weightsOf } from "./carried.ts";
import { type RankCommand, spreadWeights } from "./rank-command.ts";

const DIGEST_BYTES = 64;

/** Trains as rank 0 says, with this rank's part of each batch, until rank 0 says that it is over. */
export async function followTraining(asked: TrainingAsked, ranks: Ranks): Promise<void> {
  const sums = new RankSums(ranks, asked.settings.gradientFormat);
  const { trainer, prepared } = await openTrainer(asked, (...parts) => Trainer.open(...parts, sums));
  const { model, team } = trainer;
  try {
    await requireAgreement(ranks, prepared, trainer);
    for (;;) {
      const command = hear(ranks) as RankCommand;
      switch (command.type) {
        case "weights":
          team.optimiser.recount(command.counts);
          spreadWeights(ranks, trainer);
          break;
        case "walk": {
          const places = [...model.dropoutPlaces().values()];
          for (const [index, place] of places.entries()) place.restore(command.dropout[index]);
          if (model.training !== command.training) command.training ? model.train() : model.eval();
          sums.begin();
          await trainer.walk(command.place);
          break;
        }
        case "update":
          await trainer.update(command.gradientNorm, command.learningRate);
          break;
        case "forget":
          trainer.forgetState();
          break;
        case "carried":
          gatherTexts(ranks, await weightsDigest(weightsOf(trainer)), DIGEST_BYTES);
          await gatherCarried(ranks, trainer);
          break;
        case "carry":
          scatterCarried(ranks, trainer);
          break;
        case "end":
          return;
        default:
          throw new UnrolledError("worker-died", `rank 0 has told ${JSON.stringify(command)}`);
      }
    }
  } finally {
    trainer.close();
  }
}
