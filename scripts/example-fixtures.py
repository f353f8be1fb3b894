#!/usr/bin/env python3
"""Small models from elsewhere for the examples, under test/fixtures/examples/.

    hello.safetensors  a language model of the letters of "hello world ", trained here by PyTorch, bfloat16
    counter.pt         a checkpoint of torch.save: an nn.RNN with ReLU that counts, by weights set by hand
    smoother.onnx      a GRU whose state is an input and an output, exported by PyTorch
    smoother.json      what PyTorch computes with it, step by step
    tensorflow-js/     one of the models that TensorFlow.js saved for test/fixtures/keras/tensorflow-js.json, as files

Run with a Python that has PyTorch and onnx (Debian: python3-torch, python3-onnx): /usr/bin/python3 scripts/example-fixtures.py
"""

import base64
import json
import pathlib
import struct

import torch
from torch import nn

FOLDER = pathlib.Path(__file__).parent.parent / "test" / "fixtures" / "examples"
FOLDER.mkdir(parents=True, exist_ok=True)
torch.manual_seed(1)
torch.set_num_threads(1)


class LanguageModel(nn.Module):
    def __init__(self, letters):
        super().__init__()
        self.embedding = nn.Embedding(letters, 6)
        self.lstm = nn.LSTM(6, 24, batch_first=True)
        self.decoder = nn.Linear(24, letters)

    def forward(self, ids):
        return self.decoder(self.lstm(self.embedding(ids))[0])


def save_hello():
    text = "hello world "
    alphabet = sorted(set(text))
    ids = torch.tensor([[alphabet.index(letter) for letter in text * 4]])
    model = LanguageModel(len(alphabet))
    optimiser = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(300):
        optimiser.zero_grad()
        nn.functional.cross_entropy(model(ids[:, :-1]).flatten(0, 1), ids[0, 1:]).backward()
        optimiser.step()
    header, data = {"__metadata__": {"alphabet": "".join(alphabet)}}, b""
    for name, tensor in model.state_dict().items():
        numbers = tensor.to(torch.bfloat16).contiguous().view(torch.int16).numpy().tobytes()
        header[name] = {
            "dtype": "BF16",
            "shape": list(tensor.shape),
            "data_offsets": [len(data), len(data) + len(numbers)],
        }
        data += numbers
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    (FOLDER / "hello.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)


class Counter(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(1, 2, nonlinearity="relu", batch_first=True)
        self.head = nn.Linear(2, 2)


def save_counter():
    """Of h, the first entry adds up the inputs, the second the steps."""
    model = Counter()
    with torch.no_grad():
        for tensor in model.parameters():
            tensor.zero_()
        model.rnn.weight_ih_l0[0, 0] = 1
        model.rnn.bias_ih_l0[1] = 1
        model.rnn.weight_hh_l0.copy_(torch.eye(2))
        model.head.weight.copy_(torch.eye(2))
    torch.save({"epoch": 1, "model_state_dict": model.state_dict()}, FOLDER / "counter.pt")


class Smoother(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(2, 5, batch_first=True)
        self.head = nn.Linear(5, 1)

    def forward(self, samples, h0):
        outputs, hn = self.gru(samples, h0)
        return self.head(outputs), hn


def save_smoother():
    model = Smoother().eval()
    state = torch.zeros(1, 1, 5)
    torch.onnx.export(
        model,
        (torch.zeros(1, 1, 2), state),
        FOLDER / "smoother.onnx",
        input_names=["samples", "h0"],
        output_names=["smoothed", "hn"],
        dynamic_axes={"samples": {1: "time"}, "smoothed": {1: "time"}},
        opset_version=15,
    )
    smoothed = []
    with torch.no_grad():
        for step in range(10):
            samples = torch.tensor([[[step % 3 - 1.0, step / 10]]])
            output, state = model(samples, state)
            smoothed.append(round(output.item(), 6))
    (FOLDER / "smoother.json").write_text(json.dumps(smoothed) + "\n")


def save_tensorflow_js():
    models = json.loads((FOLDER.parent / "keras" / "tensorflow-js.json").read_text())
    [model] = [each for each in models if each["name"] == "ids with padding"]
    folder = FOLDER / "tensorflow-js"
    folder.mkdir(exist_ok=True)
    (folder / "model.json").write_text(json.dumps(model["model"]) + "\n")
    (folder / "weights.bin").write_bytes(base64.b64decode(model["weights"]))


save_hello()
save_counter()
save_smoother()
save_tensorflow_js()
