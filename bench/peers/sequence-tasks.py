"""A classifier, a tagger and a forecaster of PyTorch as peers: the network and the batches come as a line of JSON; for each line after it all
batches are trained on once, and the answer is the milliseconds of the processor."""

import json
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"

import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence  # noqa: E402

torch.set_num_threads(1)
torch.manual_seed(1)


class Reader(nn.Module):
    """A bidirectional LSTM over vectors [B, T, I], with dropout before and behind it."""

    def __init__(self, options, dropout):
        super().__init__()
        self.rnn = nn.LSTM(
            options["inputSize"],
            options["hiddenSize"],
            options.get("numLayers", 1),
            batch_first=True,
            bidirectional=True,
        )
        self.before, self.after = nn.Dropout(dropout[0]), nn.Dropout(dropout[1])

    def forward(self, vectors, lengths, padding):
        packed = pack_padded_sequence(self.before(vectors), lengths, batch_first=True, enforce_sorted=False)
        outputs, _ = self.rnn(packed)
        return self.after(pad_packed_sequence(outputs, batch_first=True, padding_value=padding)[0])


class Classifier(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.embedding = nn.Embedding(layers["embedding"]["vocabularySize"], layers["embedding"]["size"])
        self.reader = Reader(layers["rnn"]["options"], (layers["dropBefore"]["probability"], 0.0))
        self.after = nn.Dropout(layers["dropAfter"]["probability"])
        self.decoder = nn.Linear(layers["decoder"]["inputSize"], layers["decoder"]["outputSize"])

    def loss(self, batch):
        outputs = self.reader(self.embedding(batch["ids"]), batch["lengths"], float("-inf"))
        logits = self.decoder(self.after(outputs.amax(1)))
        return nn.functional.cross_entropy(logits, batch["targets"])


class Tagger(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.embedding = nn.Embedding(layers["embedding"]["vocabularySize"], layers["embedding"]["size"])
        vectors, filters = layers["characterEmbedding"], layers["characterFilters"]
        self.characters = nn.Embedding(vectors["vocabularySize"], vectors["size"])
        self.filters = nn.Conv1d(filters["inputSize"], filters["outputSize"], filters["kernelSize"], padding="same")
        self.reader = Reader(
            layers["rnn"]["options"], (layers["dropBefore"]["probability"], layers["dropAfter"]["probability"])
        )
        tags = layers["crf"]["tags"]
        self.decoder = nn.Linear(layers["decoder"]["inputSize"], tags)
        self.transitions = nn.Parameter(torch.empty(tags, tags).uniform_(-0.1, 0.1))
        self.start = nn.Parameter(torch.empty(tags).uniform_(-0.1, 0.1))
        self.end = nn.Parameter(torch.empty(tags).uniform_(-0.1, 0.1))

    def loss(self, batch):
        rows, steps, width = batch["characters"].shape
        characters = batch["characters"].view(rows * steps, width)
        kept = (characters > 0).unsqueeze(2)
        filtered = self.filters((self.characters(characters) * kept).transpose(1, 2))
        filtered = filtered.masked_fill(~kept.transpose(1, 2), float("-inf")).amax(2)
        filtered = filtered.masked_fill(filtered == float("-inf"), 0.0).view(rows, steps, -1)
        vectors = torch.cat([self.embedding(batch["ids"]), filtered], 2)
        emissions = self.decoder(self.reader(vectors, batch["lengths"], 0.0))
        return self.crf(emissions, batch["targets"], batch["mask"]) / batch["lengths"].sum()

    def crf(self, emissions, tags, mask):
        """The negative log-likelihood of the tags, summed over the rows."""
        rows, steps, _ = emissions.shape
        taken = emissions.gather(2, tags.unsqueeze(2)).squeeze(2)
        score = (taken * mask).sum(1) + self.start[tags[:, 0]]
        score = score + (self.transitions[tags[:, :-1], tags[:, 1:]] * mask[:, 1:]).sum(1)
        last = mask.sum(1).long() - 1
        score = score + self.end[tags[torch.arange(rows), last]]
        alpha = self.start + emissions[:, 0]
        for step in range(1, steps):
            new = torch.logsumexp(alpha.unsqueeze(2) + self.transitions, 1) + emissions[:, step]
            alpha = torch.where(mask[:, step].bool().unsqueeze(1), new, alpha)
        return (torch.logsumexp(alpha + self.end, 1) - score).sum()


class Forecaster(nn.Module):
    """Recurrent layers, a mixture of the seasons before, and a linear layer, to quantiles of each step ahead."""

    def __init__(self, layers):
        super().__init__()
        options = layers["rnn"]["options"]
        self.rnn = nn.LSTM(options["inputSize"], options["hiddenSize"], batch_first=True)
        self.after = nn.Dropout(layers["dropAfter"]["probability"])
        linear = lambda name: nn.Linear(layers[name]["inputSize"], layers[name]["outputSize"])  # noqa: E731
        self.steps, self.step, self.decoder = linear("steps"), linear("step"), linear("decoder")
        self.mixing, self.lags = linear("mixing"), linear("lagsLinear")
        self.horizon = layers["stepsApart"]["shape"][0]
        quantiles = layers["decoder"]["outputSize"]
        self.register_buffer("quantiles", torch.arange(1, quantiles + 1) / (quantiles + 1))

    def loss(self, batch):
        rows, quantiles = batch["past"].shape[0], len(self.quantiles)
        last = self.after(self.rnn(batch["past"])[0][:, -1])
        apart = self.steps(torch.cat([last, batch["seasonErrors"]], 1)).view(rows, self.horizon, -1)
        step = torch.relu(self.step(torch.cat([apart, batch["ahead"], batch["seasons"]], 2)))
        weights = torch.softmax(self.mixing(step).view(rows, self.horizon, quantiles, -1), 3)
        mixed = (weights @ batch["seasons"].unsqueeze(3)).squeeze(3)
        said = self.decoder(step) + mixed + self.lags(batch["lags"]).view(rows, self.horizon, quantiles)
        error = batch["targets"].unsqueeze(2) - said
        return torch.maximum(self.quantiles * error, (self.quantiles - 1) * error).mean()


def padded(rows, *shape):
    made = torch.zeros(len(rows), *shape, dtype=torch.long)
    for row, numbers in enumerate(rows):
        for step, entry in enumerate(numbers):
            if isinstance(entry, list):
                made[row, step, : len(entry)] = torch.tensor(entry)
            else:
                made[row, step] = entry
    return made


def tensors(rows):
    if "past" in rows:
        return {name: torch.tensor(each["data"]).view(each["shape"]) for name, each in rows.items()}
    lengths = torch.tensor([len(row["ids"]) for row in rows])
    steps = int(lengths.max())
    batch = {"ids": padded([row["ids"] for row in rows], steps), "lengths": lengths}
    if "characters" not in rows[0]:
        return {**batch, "targets": torch.tensor([row["targets"] for row in rows])}
    width = max(len(word) for row in rows for word in row["characters"])
    return {
        **batch,
        "characters": padded([row["characters"] for row in rows], steps, width),
        "targets": padded([row["targets"] for row in rows], steps),
        "mask": (torch.arange(steps) < lengths.unsqueeze(1)).float(),
    }


given = json.loads(sys.stdin.readline())
layers = {layer["name"]: layer["config"] for layer in given["network"]["layers"]}
model = {"classifier": Classifier, "tagger": Tagger, "forecaster": Forecaster}[sys.argv[1]](layers)
batches = [tensors(rows) for rows in given["batches"]]
optimiser = torch.optim.AdamW(model.parameters(), lr=given["learningRate"], weight_decay=0.01)
print(torch.__version__, flush=True)
for _ in sys.stdin:
    start = time.process_time()
    for batch in batches:
        optimiser.zero_grad()
        model.loss(batch).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
    print(1000 * (time.process_time() - start), flush=True)
