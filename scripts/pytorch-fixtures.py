#!/usr/bin/env python3
"""Files of torch.save under test/fixtures/pytorch/, and what is in them as JSON.

Run with a Python that has PyTorch (Debian: apt-get install python3-torch, then /usr/bin/python3 scripts/pytorch-fixtures.py).
"""

import json
import pathlib
from collections import OrderedDict

import torch
from torch import nn

torch.manual_seed(4)

FOLDER = pathlib.Path(__file__).parent.parent / "test" / "fixtures" / "pytorch"
CONTENTS = {}


def plain(value):
    """What readPyTorch gives: tensors as dtype, shape and data."""
    if isinstance(value, torch.Tensor):
        data = value.detach().to(torch.float32).flatten().tolist()
        return {"dtype": str(value.dtype), "shape": list(value.shape), "data": data}
    if isinstance(value, dict):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    return str(value) if isinstance(value, (torch.dtype, torch.device)) else value


def save(name, value, **options):
    torch.save(value, FOLDER / name, **options)
    CONTENTS[name] = plain(value)


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Embedding(5, 3)
        self.rnn = nn.LSTM(3, 2, num_layers=2, bidirectional=True)
        self.decoder = nn.Linear(4, 5)

    def forward(self, ids):
        return self.decoder(self.rnn(self.encoder(ids))[0])


class Cells(nn.Module):
    """Two cells one above the other, whose parameters have no layer in their names."""

    def __init__(self):
        super().__init__()
        self.cells = nn.ModuleList([nn.LSTMCell(3, 2), nn.LSTMCell(2, 4)])

    def forward(self, xs):
        outputs = []
        states = [None, None]
        for x in xs.unbind(1):
            for index, cell in enumerate(self.cells):
                states[index] = cell(x, states[index])
                x = states[index][0]
            outputs.append(x)
        return torch.stack(outputs, 1)


class Norm(nn.Module):
    """A network whose layers' order is not that of their names."""

    def __init__(self):
        super().__init__()
        self.a_head = nn.Linear(4, 6)
        self.b_rnn = nn.RNN(5, 4, nonlinearity="relu", batch_first=True)
        self.c_inputs = nn.Linear(3, 5)
        self.d_norm = nn.LayerNorm(6)
        self.e_last = nn.Linear(6, 2)

    def forward(self, xs):
        hs = self.b_rnn(self.c_inputs(xs))[0]
        return self.e_last(torch.sigmoid(self.d_norm(self.a_head(hs))))


class First(nn.Module):
    """A recurrent layer alone, sequences first in the batch, whose state is not part of the result."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, xs):
        return self.layer(xs)[0]


def network(module, inputs, state=None):
    """A state dictionary and what its network makes of inputs."""
    tensors = module.state_dict() if state is None else state
    outputs = module(inputs)
    return {
        "tensors": {name: plain(tensor) for name, tensor in tensors.items()},
        "inputs": plain(inputs),
        "outputs": plain(outputs),
    }


def recurrent(layer):
    return network(First(layer), torch.randn(2, 4, layer.input_size), layer.state_dict())


def basic_lstm(forget_bias=1.0):
    """TensorFlow's published equations in float64: gates i j f o of [x h] W + b, the forget bias added when it runs."""
    inputs, hidden = 3, 2
    xs = torch.randn(2, 4, inputs, dtype=torch.float64)
    kernel = torch.randn(inputs + hidden, 4 * hidden, dtype=torch.float64)
    bias = torch.randn(4 * hidden, dtype=torch.float64)
    c = h = torch.zeros(2, hidden, dtype=torch.float64)
    outputs = []
    for x in xs.unbind(1):
        i, j, f, o = (torch.cat([x, h], 1) @ kernel + bias).chunk(4, 1)
        c = c * torch.sigmoid(f + forget_bias) + torch.sigmoid(i) * torch.tanh(j)
        h = torch.tanh(c) * torch.sigmoid(o)
        outputs.append(h)
    return {
        "tensors": {"kernel": plain(kernel), "bias": plain(bias)},
        "inputs": plain(xs),
        "outputs": plain(torch.stack(outputs, 1)),
    }


def networks():
    lm = Tagger()
    lm.rnn.batch_first = True
    return {
        "tagger": network(lm, torch.tensor([[0, 3, 4], [1, 1, 2]])),
        "cells": network(Cells(), torch.randn(2, 4, 3)),
        "norm": network(Norm(), torch.randn(2, 4, 3)),
        "lstm": recurrent(nn.LSTM(3, 4, num_layers=2, proj_size=2, batch_first=True)),
        "gru": recurrent(nn.GRU(3, 2, bidirectional=True, batch_first=True)),
        "rnn": recurrent(nn.RNN(3, 2, bias=False, batch_first=True)),
        "basic": basic_lstm(),
    }


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    model = Tagger()
    save("tagger.pt", model.state_dict())
    save("tagger-protocol-4.pt", model.state_dict(), pickle_protocol=4)

    optimiser = torch.optim.AdamW(model.parameters(), lr=0.01)
    model(torch.tensor([[0], [3]])).square().sum().backward()
    optimiser.step()
    checkpoint = {
        "epoch": 3,
        "seed": 2**60,
        "loss": 0.25,
        "done": False,
        "history": [1.5, -2, None],
        "shape": torch.randn(2, 3).shape,
        "dtype": torch.float16,
        "device": torch.device("cpu"),
        "model_state_dict": nn.GRU(2, 1).state_dict(),
        "optimiser": optimiser.state_dict(),
    }
    # One layer's memory of the optimiser is enough.
    checkpoint["optimiser"]["state"] = {0: checkpoint["optimiser"]["state"][0]}
    save("checkpoint.pt", checkpoint)

    numbers = torch.arange(12).reshape(3, 4)
    whole = torch.arange(24, dtype=torch.float32)
    save(
        "views.pt",
        OrderedDict(
            f32=torch.tensor([1.5, -0.25]),
            f64=torch.tensor([0.1], dtype=torch.float64),
            f16=torch.tensor([1.0, -2.5, 65504], dtype=torch.float16),
            bf16=torch.tensor([1.0, -2.5, 3e38], dtype=torch.bfloat16),
            i64=numbers,
            i32=numbers.to(torch.int32),
            i16=torch.tensor([-32768], dtype=torch.int16),
            i8=torch.tensor([-128, 127], dtype=torch.int8),
            u8=torch.tensor([255], dtype=torch.uint8),
            bool=torch.tensor([True, False]),
            scalar=torch.tensor(7.0),
            empty=torch.zeros(0, 4),
            transposed=numbers.t(),
            strided=whole[1::3],
            expanded=torch.tensor([[1.0], [2.0]]).expand(2, 3),
            first=whole[:6].reshape(2, 3),
            last=whole[12:].reshape(2, 3, 2).permute(2, 0, 1),
            parameter=nn.Parameter(torch.ones(2)),
        ),
    )

    # Something of each kind, small enough to be broken in every place.
    small = OrderedDict(
        a=torch.arange(6, dtype=torch.float32).reshape(2, 3).t(),
        b=[1, -300, 70000, 2**40, 0.5, None, True, "word", (1, 2)],
        c={"size": torch.zeros(2, 1, 3).shape, 0: nn.Parameter(torch.ones(1))},
    )
    save("small.pt", small)
    save("small-protocol-4.pt", small, pickle_protocol=4)

    # What is refused.
    torch.save(model.state_dict(), FOLDER / "legacy.pt", _use_new_zipfile_serialization=False)
    torch.save(nn.Linear(1, 1), FOLDER / "module.pt")
    torch.save({"a": torch.tensor([1j])}, FOLDER / "complex.pt")
    torch.jit.save(torch.jit.script(nn.Linear(1, 1)), FOLDER / "program.pt")

    (FOLDER / "networks.json").write_text(json.dumps(networks()) + "\n")
    (FOLDER / "contents.json").write_text(json.dumps(CONTENTS) + "\n")


if __name__ == "__main__":
    main()
