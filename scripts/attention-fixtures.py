#!/usr/bin/env python3
"""What PyTorch gives for decoders whose attention is part of their recurrence, as test/fixtures/fed-attention.json.

Run as fixtures.py is, beside which it stands.
"""

import torch
from torch import nn
from torch.nn import functional

from fixtures import case, leaf, redraw, write

CELLS = {"lstm": nn.LSTMCell, "gru": nn.GRUCell}
STEPS, BATCH, ENTRIES = 3, 2, 4


class Decoder(nn.Module):
    def __init__(self, cell, embedding, hidden, layers, memory, keys, output, heads, score, order, coverage, location):
        super().__init__()
        self.settings = (cell, heads, score, order, coverage)
        fed = memory if order == "before" else output
        self.cells = nn.ModuleList(CELLS[cell](embedding + fed if at == 0 else hidden, hidden) for at in range(layers))
        if score == "additive":
            self.query = nn.Linear(hidden, keys)
            self.score = nn.Parameter(torch.zeros(keys // heads))
        if location:
            self.location = nn.Conv1d(1, location[0], location[1], padding="same", bias=False)
        known = int(coverage) + (location[0] if location else 0)
        if known:
            self.features = nn.Linear(known, keys, bias=False)
        self.combine = nn.Linear(memory + hidden, output, bias=False)
        self.sizes = (hidden, output, bool(location))

    def attend(self, q, keys, values, masked, seen, last):
        _, heads, score, _, coverage = self.settings
        q = self.query(q) if score == "additive" else q
        known = [seen.unsqueeze(-1)] if coverage else []
        if self.sizes[2]:
            known.append(self.location(last.unsqueeze(1)).transpose(1, 2))
        held = keys + self.features(torch.cat(known, -1)) if known else keys
        weights, contexts = [], []
        for own, k, v in zip(q.chunk(heads, -1), held.chunk(heads, -1), values.chunk(heads, -1)):
            sums = torch.tanh(own.unsqueeze(1) + k) @ self.score if score == "additive" else (k * own.unsqueeze(1)).sum(-1)
            shares = functional.softmax(sums.masked_fill(masked, float("-inf")), -1)
            weights.append(shares)
            contexts.append((shares.unsqueeze(-1) * v).sum(1))
        return torch.cat(contexts, -1), weights

    def forward(self, xs, keys, values, states, lengths):
        cell, heads, _, order, _ = self.settings
        masked = torch.arange(keys.shape[1]).unsqueeze(0) >= torch.tensor(lengths).unsqueeze(1)
        feed = torch.zeros(xs.shape[0], self.sizes[1])
        seen = last = torch.zeros(keys.shape[:2])
        outputs = []
        for u in range(xs.shape[1]):
            if order == "before":
                context, weights = self.attend(states[-1][0], keys, values, masked, seen, last)
            value = torch.cat([xs[:, u], context if order == "before" else feed], -1)
            after = []
            for step, before in zip(self.cells, states):
                made = step(value, before if cell == "lstm" else before[0])
                after.append(made if cell == "lstm" else (made,))
                value = after[-1][0]
            states = after
            if order == "after":
                context, weights = self.attend(value, keys, values, masked, seen, last)
            feed = torch.tanh(self.combine(torch.cat([context, value], -1)))
            last = sum(weights) / heads
            seen = seen + last
            outputs.append(feed)
        return torch.stack(outputs, 1)


def named(parameters):
    """The cells' parameters as our layers name them."""
    return {name.replace("cells.", "rnn.") + ("_l0" if "cells." in name else ""): each for name, each in parameters.items()}


def fed_case(name, cell, heads=1, layers=1, score="dot", order="after", coverage=False, location=None, lengths=(4, 4)):
    embedding, hidden, memory, output = 3, 4, 6, 5
    keys = hidden if score == "dot" else 6
    options = {"cell": cell, "embeddingSize": embedding, "hiddenSize": hidden, "numLayers": layers, "memorySize": memory}
    options.update(keySize=keys, outputSize=output, heads=heads, score=score, order=order, coverage=coverage)
    options.update(location=location and {"filters": location[0], "kernelSize": location[1]}, lengths=list(lengths))
    decoder = Decoder(cell, embedding, hidden, layers, memory, keys, output, heads, score, order, coverage, location)
    parameters = redraw(decoder)
    inputs = {"xs": leaf(BATCH, STEPS, embedding), "keys": leaf(BATCH, ENTRIES, keys), "values": leaf(BATCH, ENTRIES, memory)}
    kept = ["h", "c"] if cell == "lstm" else ["h"]
    first = {f"{state}{layer}": leaf(BATCH, hidden) for layer in range(layers) for state in kept}
    states = [tuple(first[f"{state}{layer}"] for state in kept) for layer in range(layers)]
    outputs = decoder(inputs["xs"], inputs["keys"], inputs["values"], states, lengths)
    return case(name, options, {**inputs, **first}, named(parameters), {"outputs": outputs})


def fed_attention():
    yield fed_case("Luong's input feeding, two layers, two heads", "lstm", heads=2, layers=2)
    yield fed_case("Bahdanau's order, of unequal lengths", "gru", score="additive", order="before", lengths=(4, 2))
    yield fed_case("coverage", "lstm", score="additive", coverage=True, lengths=(3, 4))
    yield fed_case("location and coverage, two heads", "gru", heads=2, score="additive", order="before", coverage=True, location=(2, 3))


if __name__ == "__main__":
    write("fed-attention", fed_attention())
