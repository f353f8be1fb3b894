#!/usr/bin/env python3
"""What PyTorch gives for convolutions, pooling and batch normalisation, as test/fixtures/convolutions.json. See fixtures.py."""

import json

import torch
from torch import nn

from fixtures import FOLDER, backward, draw, gradients, leaf, plain, plain_all, redraw

NAMES = {"inputSize": "in_channels", "outputSize": "out_channels", "kernelSize": "kernel_size", "outputPadding": "output_padding"}
MODES = {"reflect": "reflect", "edge": "replicate"}


def finish(kind, options, module, x):
    parameters = redraw(module)
    before = {name: buffer.clone() for name, buffer in module.named_buffers()}
    outputs = {"y": module(x)}
    arriving = backward(outputs)
    about = ", ".join(f"{name} {value}" for name, value in options.items())
    return {
        "name": f"{kind}, {about}",
        "kind": kind,
        "options": options,
        "inputs": plain_all({"x": x}),
        "parameters": plain_all(parameters),
        "buffers": {name: plain(buffer.to(torch.float64)) for name, buffer in before.items()},
        "buffersAfter": {name: plain(buffer.to(torch.float64)) for name, buffer in module.named_buffers()},
        "outputs": plain_all(outputs),
        "arriving": plain_all(arriving),
        "gradients": gradients({"x": x, **parameters}),
    }


def convolution(kind, *lengths, batch=2, **options):
    given = {NAMES.get(name, name): value for name, value in options.items() if name != "paddingMode"}
    if "paddingMode" in options:
        given["padding_mode"] = MODES[options["paddingMode"]]
    module = getattr(nn, kind)(**given)
    return finish(kind, options, module, leaf(batch, options["inputSize"], *lengths))


def pooling(kind, *lengths, **options):
    names = {"kernelSize": "kernel_size", "roundUp": "ceil_mode", "countPadding": "count_include_pad"}
    module = getattr(nn, kind)(**{names.get(name, name): value for name, value in options.items()})
    return finish(kind, options, module, leaf(2, 3, *lengths))


def batch_norm(kind, *lengths, training, batch=4, **options):
    module = getattr(nn, kind)(3, eps=options.get("epsilon", 1e-5), momentum=options.get("momentum", 0.1))
    with torch.no_grad():
        module.running_mean.copy_(draw(3))
        module.running_var.copy_(draw(3).abs() + 0.5)
    module.train(training)
    return finish(kind, {**options, "training": training}, module, leaf(batch, 3, *lengths, scale=2))


def cases():
    yield convolution("Conv1d", 7, inputSize=3, outputSize=4, kernelSize=3)
    yield convolution("Conv1d", 9, inputSize=4, outputSize=6, kernelSize=2, stride=2, padding=1, dilation=3, groups=2, bias=False)
    yield convolution("Conv1d", 8, inputSize=2, outputSize=3, kernelSize=4, padding="same")
    yield convolution("Conv1d", 8, inputSize=2, outputSize=3, kernelSize=3, padding="same", dilation=2)
    yield convolution("Conv1d", 6, inputSize=2, outputSize=3, kernelSize=3, padding=2, paddingMode="reflect")
    yield convolution("Conv1d", 3, inputSize=2, outputSize=3, kernelSize=3, padding=4, paddingMode="edge")
    yield convolution("Conv1d", 40, batch=1, inputSize=1, outputSize=18, kernelSize=16, stride=8, bias=False)
    yield convolution("Conv2d", 5, 4, inputSize=2, outputSize=3, kernelSize=[3, 2], padding=[1, 0], stride=[1, 2])
    yield convolution("Conv2d", 4, 6, inputSize=4, outputSize=4, kernelSize=2, groups=4, dilation=[1, 3], paddingMode="reflect", padding=[1, 2])
    yield convolution("Conv2d", 4, 5, inputSize=1, outputSize=2, kernelSize=[2, 3], padding="same")
    yield convolution("ConvTranspose1d", 5, inputSize=3, outputSize=4, kernelSize=3)
    yield convolution("ConvTranspose1d", 4, inputSize=4, outputSize=6, kernelSize=3, stride=3, padding=1, outputPadding=2, groups=2, bias=False)
    yield convolution("ConvTranspose1d", 5, inputSize=2, outputSize=2, kernelSize=3, dilation=2)
    yield convolution("ConvTranspose2d", 3, 2, inputSize=2, outputSize=3, kernelSize=[2, 3], stride=[2, 1], padding=[0, 1], outputPadding=[1, 0])
    yield pooling("MaxPool1d", 9, kernelSize=3)
    yield pooling("MaxPool1d", 10, kernelSize=3, stride=2, padding=1, dilation=2, roundUp=True)
    yield pooling("MaxPool2d", 5, 7, kernelSize=[2, 3], stride=[1, 2], padding=[0, 1])
    yield pooling("AvgPool1d", 9, kernelSize=4, stride=2, padding=2)
    yield pooling("AvgPool1d", 8, kernelSize=3, stride=2, padding=1, roundUp=True, countPadding=False)
    yield pooling("AvgPool2d", 5, 6, kernelSize=[2, 3], stride=2, padding=[1, 1], roundUp=True)
    yield batch_norm("BatchNorm1d", training=True)
    yield batch_norm("BatchNorm1d", 5, training=True, momentum=0.3, epsilon=0.1)
    yield batch_norm("BatchNorm1d", 5, training=False)
    yield batch_norm("BatchNorm2d", 2, 3, training=True)
    yield batch_norm("BatchNorm2d", 2, 3, training=False, epsilon=0.01)


text = json.dumps({"pytorch": torch.__version__, "cases": list(cases())}, separators=(",", ":"))
(FOLDER / "convolutions.json").write_text(text.replace('{"name"', '\n{"name"') + "\n")
