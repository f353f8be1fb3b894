import { UnrolledError } from "../../errors.ts";
import type { StateDict } from "../../module/module.ts";
import { RankSums } from "../../parallel/rank-sums.ts";
import { gatherTexts, type Ranks, rankName, tell } from "../../parallel/ranks.ts";
import type { BatchPlace } from "../../tasks/task.ts";
import { tensorsBelow } from "../checkpoint.ts";
import type { TrainerOpener } from "../open-trainer.ts";
import { Trainer, type WalkedBatch } from "../trainer.ts";
import { requireAgreement, weightsDigest } from "./agreement.ts";
import { gatherCarried, scatterCarried, weightsOf } from "./carried.ts";
import { type RankCommand, spreadWeights } from "./rank-command.ts";
import { SlowRank } from "./slow-rank.ts";

/** Opens the trainer of rank 0, as soon as all others have opened theirs. */
export function leading(ranks: Ranks): TrainerOpener {
  return async (device, task, prepared, settings, threads) => {
    const sums = new RankSums(ranks, settings.gradientFormat);
    const trainer = await LeadingTrainer.open(device, task, prepared, settings, threads, sums);
    const leader = trainer as LeadingTrainer;
    leader.lead(ranks, sums);
    try {
      await requireAgreement(ranks, prepared, trainer);
    } catch (error) {
      trainer.team.close();
      throw error;
    }
    return trainer;
  };
}

/** The trainer of rank 0: tells all others what it does, so that they do the same with their parts of the batch. */
class LeadingTrainer extends Trainer {
  #ranks!: Ranks;
  #sums!: RankSums;
  #slow!: SlowRank;
  /** What the versions of all parameters add up to when all ranks have them. */
  #knownVersions = -1;

  lead(ranks: Ranks, sums: RankSums): void {
    this.#ranks = ranks;
    this.#sums = sums;
    this.#slow = new SlowRank(ranks);
  }

  override get ranks(): number {
    return this.#ranks.size;
  }

  override get isEndAsked(): boolean {
    return this.#sums.reports.isEndAsked;
  }

  override async walk(place: BatchPlace): Promise<WalkedBatch> {
    const { model, team } = this;
    if (this.#versions() !== this.#knownVersions) {
      this.#tell({ type: "weights", counts: team.optimiser.counts() });
      spreadWeights(this.#ranks, this);
      this.#knownVersions = this.#versions();
    }
    const dropout = [...model.dropoutPlaces().values()].map((each) => each.state());
    this.#tell({ type: "walk", place, dropout, training: model.training });
    this.#sums.begin();
    const walked = await super.walk(place);
    this.#slow.observe(this.#sums.reports.walkMs);
    return walked;
  }

  override async update(gradientNorm: number, learningRate: number): Promise<void> {
    this.#tell({ type: "update", gradientNorm, learningRate });
    await super.update(gradientNorm, learningRate);
    this.#knownVersions = this.#versions();
  }

  override forgetState(): void {
    this.#tell({ type: "forget" });
    super.forgetState();
  }

  override async tensors(): Promise<StateDict> {
    await this.#requireSameWeights();
    return super.tensors();
  }

  override restore(tensors: StateDict): void {
    this.restoreModel(tensors);
    this.#tell({ type: "carry" });
    scatterCarried(this.#ranks, this, tensorsBelow(tensors, "carried"));
  }

  override note(): string | undefined {
    return this.#slow.note();
  }

  override close(): void {
    this.#tell({ type: "end" });
    super.close();
  }

  protected override carried(): Promise<StateDict> {
    return gatherCarried(this.#ranks, this);
  }

  /** Before a checkpoint: what has gone wrong unnoticed, in a machine's memory for instance, is not to be kept. */
  async #requireSameWeights(): Promise<void> {
    this.#tell({ type: "carried" });
    const digests = gatherTexts(this.#ranks, await weightsDigest(weightsOf(this)), DIGEST_BYTES);
    const other = digests.findIndex((digest) => digest !== digests[0]);
    if (other < 0 || this.#versions() !== this.#knownVersions) return;
    throw new UnrolledError("worker-died", {
      call: "train",
      problem: `${rankName(this.#ranks, other)} has other weights than rank 0 after the same steps`,
      advice: "go on from the last checkpoint without that machine",
    });
  }

  #tell(command: RankCommand): void {
    tell(this.#ranks, command);
  }

  #versions(): number {
    return this.model.parameters().reduce((sum, { storage }) => sum + storage.version, 0);
  }
}

const DIGEST_BYTES = 64;
