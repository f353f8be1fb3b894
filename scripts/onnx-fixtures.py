#!/usr/bin/env python3
"""Models of recurrent layers as PyTorch exports them to ONNX, with inputs and PyTorch's outputs, as test/fixtures/onnx.json.

Run with a Python that has PyTorch 1.13 and onnx (Debian: apt-get install python3-torch python3-onnx, then
/usr/bin/python3 scripts/onnx-fixtures.py).
"""

import base64
import io
import json
import pathlib
import warnings

import torch
from torch import nn

warnings.filterwarnings("ignore")
OUT = pathlib.Path(__file__).parent.parent / "test" / "fixtures" / "onnx.json"
torch.manual_seed(20)


class Stack(nn.Module):
    """A recurrent layer by itself, all its states among the outputs."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        y, state = self.layer(x)
        return (y, *state) if isinstance(state, tuple) else (y, state)


class Stateful(Stack):
    """The same with its states among the inputs."""

    def forward(self, x, h0, c0):
        y, (hn, cn) = self.layer(x, (h0, c0))
        return y, hn, cn


class Tagger(nn.Module):
    """Embedding, LSTM both ways over packed sequences, linear, log-softmax."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(11, 4)
        self.lstm = nn.LSTM(4, 5, bidirectional=True, batch_first=True)
        self.linear = nn.Linear(10, 3)

    def forward(self, ids, lengths):
        packed = nn.utils.rnn.pack_padded_sequence(
            self.embedding(ids), lengths, batch_first=True, enforce_sorted=True
        )
        y, _ = nn.utils.rnn.pad_packed_sequence(self.lstm(packed)[0], batch_first=True)
        return torch.log_softmax(self.linear(y), dim=-1)


class Classifier(nn.Module):
    """Convolution, batch normalisation, GRU, the last step, layer normalisation, linear."""

    def __init__(self):
        super().__init__()
        self.convolution = nn.Conv1d(3, 6, 3, padding=1, stride=2)
        self.norm = nn.BatchNorm1d(6)
        self.gru = nn.GRU(6, 5, num_layers=2, batch_first=True)
        self.last = nn.LayerNorm(5)
        self.linear = nn.Linear(5, 4)

    def forward(self, x):
        y = torch.relu(self.norm(self.convolution(x))).transpose(1, 2)
        y, _ = self.gru(y)
        return torch.softmax(self.linear(self.last(y[:, -1])), dim=-1)


class Unrolled(nn.Module):
    """A cell step by step in a loop that the exporter writes out, or, scripted, as a Loop."""

    def __init__(self):
        super().__init__()
        self.cell = nn.LSTMCell(3, 4)

    def forward(self, xs):
        h = torch.zeros(xs.size(1), 4)
        c = torch.zeros(xs.size(1), 4)
        steps = []
        for t in range(xs.size(0)):
            h, c = self.cell(xs[t], (h, c))
            steps.append(h)
        return torch.stack(steps)


@torch.jit.script
def decayed(xs, decay: float):
    """A loop whose number of steps is not known."""
    state = torch.zeros_like(xs[0])
    for t in range(xs.size(0)):
        state = state * decay + xs[t]
        if bool(state.sum() > 1.0):
            state = state * 0.5
    return state


class Decayed(nn.Module):
    def forward(self, xs):
        return decayed(xs, 0.9)


def entry(tensor):
    kind = {torch.float32: "float32", torch.int64: "int64", torch.bool: "bool"}[tensor.dtype]
    return {"type": kind, "dims": list(tensor.shape), "data": tensor.flatten().tolist()}


def case(name, model, examples, input_names, output_names, dynamic, others=(), opset=13):
    """One model: exported for `examples`, run by PyTorch on them and on `others`, which may be longer."""
    model.eval()
    file = io.BytesIO()
    torch.onnx.export(
        model,
        examples,
        file,
        input_names=input_names,
        output_names=output_names,
        dynamic_axes=dynamic,
        opset_version=opset,
    )
    runs = []
    for inputs in (examples, *others):
        with torch.no_grad():
            outputs = model(*inputs)
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        runs.append(
            {
                "inputs": dict(zip(input_names, map(entry, inputs))),
                "outputs": dict(zip(output_names, map(entry, outputs))),
            }
        )
    return {"name": name, "file": base64.b64encode(file.getvalue()).decode(), "runs": runs}


def time_major(steps, batch):
    return (torch.randn(steps, batch, 3),)


def cases():
    time = {"x": {0: "T", 1: "B"}}
    layers = [
        ("LSTM", nn.LSTM(3, 4), 14),
        ("LSTM of two layers, both ways", nn.LSTM(3, 4, num_layers=2, bidirectional=True), 13),
        ("LSTM without biases, version 9", nn.LSTM(3, 4, bias=False), 9),
        ("GRU of two layers", nn.GRU(3, 4, num_layers=2), 11),
        ("GRU both ways", nn.GRU(3, 4, bidirectional=True), 16),
        ("RNN with ReLU, both ways", nn.RNN(3, 4, nonlinearity="relu", bidirectional=True), 13),
        ("RNN with tanh, version 9", nn.RNN(3, 4), 9),
    ]
    for name, layer, opset in layers:
        names = ["y", "hn", "cn"] if isinstance(layer, nn.LSTM) else ["y", "hn"]
        yield case(name, Stack(layer), time_major(5, 2), ["x"], names, time, [time_major(7, 3)], opset)
    batch_first = nn.LSTM(3, 4, num_layers=2, batch_first=True)
    yield case(
        "LSTM, batch first", Stack(batch_first), time_major(2, 5), ["x"], ["y", "hn", "cn"], time, [time_major(3, 6)]
    )
    states = lambda steps, batch: (torch.randn(steps, batch, 3), torch.randn(1, batch, 4), torch.randn(1, batch, 4))
    yield case(
        "LSTM with states",
        Stateful(nn.LSTM(3, 4)),
        states(5, 2),
        ["x", "h0", "c0"],
        ["y", "hn", "cn"],
        {"x": {0: "T", 1: "B"}, "h0": {1: "B"}, "c0": {1: "B"}, "hn": {1: "B"}, "cn": {1: "B"}},
        [states(2, 1)],
    )
    yield case(
        "tagger",
        Tagger(),
        (torch.randint(0, 11, (3, 6)), torch.tensor([6, 4, 2])),
        ["ids", "lengths"],
        ["scores"],
        {"ids": {1: "T"}},
        [(torch.randint(0, 11, (3, 8)), torch.tensor([8, 3, 1]))],
    )
    yield case(
        "classifier",
        Classifier(),
        (torch.randn(2, 3, 9),),
        ["x"],
        ["p"],
        {"x": {0: "B", 2: "T"}},
        [(torch.randn(1, 3, 14),)],
        opset=17,
    )
    yield case("a cell, unrolled", Unrolled(), (torch.randn(4, 2, 3),), ["xs"], ["ys"], {"xs": {1: "B"}})
    yield case(
        "a scripted loop",
        torch.jit.script(Decayed()),
        (torch.randn(5, 3),),
        ["xs"],
        ["y"],
        {"xs": {0: "T"}},
        [(torch.ones(9, 3) * 0.3,)],
    )


text = ",\n".join(json.dumps(own) for own in cases())
OUT.write_text('{"cases": [\n' + text + "\n]}\n")
print(f"{OUT}: {OUT.stat().st_size} bytes")
