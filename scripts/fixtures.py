#!/usr/bin/env python3
"""What PyTorch gives for layers, cells, losses and optimisers, as the JSON files under test/fixtures that tests compare with.

Run with a Python that has PyTorch (Debian: apt-get install python3-torch, then /usr/bin/python3 scripts/fixtures.py). All is
computed in float64 from inputs of four decimals, so that the float64 reference has to agree in ten digits.
"""

import json
import pathlib

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

torch.set_default_dtype(torch.float64)
torch.manual_seed(20)

FOLDER = pathlib.Path(__file__).parent.parent / "test" / "fixtures"


def draw(*shape, scale=1.0):
    """Normally distributed numbers of four decimals, so that the file stays small."""
    return torch.round(torch.randn(shape) * scale * 1e4) / 1e4


def leaf(*shape, scale=1.0):
    return draw(*shape, scale=scale).requires_grad_()


def plain(tensor):
    """{"shape", "data"} with twelve significant digits."""
    data = [float(f"{x:.12g}") for x in tensor.detach().flatten().tolist()]
    return {"shape": list(tensor.shape), "data": data}


def plain_all(tensors):
    return {name: plain(tensor) for name, tensor in tensors.items() if tensor is not None}


def gradients(tensors):
    return {name: plain(tensor.grad) for name, tensor in tensors.items() if tensor is not None}


def redraw(module):
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(draw(*parameter.shape, scale=0.5))
    return dict(module.named_parameters())


def backward(outputs):
    """Backward from a random gradient for each output, which is part of the fixture."""
    arriving = {name: draw(*output.shape) for name, output in outputs.items()}
    sum((outputs[name] * arriving[name]).sum() for name in outputs).backward()
    return arriving


def case(name, options, inputs, parameters, outputs, **more):
    arriving = backward(outputs)
    return {
        "name": name,
        "options": options,
        **more,
        "inputs": plain_all(inputs),
        "parameters": plain_all(parameters),
        "outputs": plain_all(outputs),
        "arriving": plain_all(arriving),
        "gradients": gradients({**inputs, **parameters}),
    }


def about_bias(bias):
    return "" if bias else "no bias"


def recurrent_case(kind, steps, batch, inputSize, hiddenSize, numLayers=1, bidirectional=False, bias=True, lengths=None, state=False, nonlinearity=None, projectionSize=None, batchFirst=False):
    more = {"nonlinearity": nonlinearity} if nonlinearity else {}
    projection = {"proj_size": projectionSize} if projectionSize else {}
    module = getattr(nn, kind)(inputSize, hiddenSize, numLayers, bidirectional=bidirectional, bias=bias, batch_first=batchFirst, **more, **projection)
    parameters = redraw(module)
    rows = numLayers * (2 if bidirectional else 1)
    inputs = {"xs": leaf(*([batch, steps] if batchFirst else [steps, batch]), inputSize)}
    if state:
        inputs["h0"] = leaf(rows, batch, projectionSize or hiddenSize)
        if kind == "LSTM":
            inputs["c0"] = leaf(rows, batch, hiddenSize)
    before = ((inputs["h0"], inputs["c0"]) if kind == "LSTM" else inputs["h0"]) if state else None
    xs = inputs["xs"]
    if lengths:
        xs = pack_padded_sequence(xs, torch.tensor(lengths), enforce_sorted=False, batch_first=batchFirst)
    outputs, last = module(xs, before)
    if lengths:
        outputs, _ = pad_packed_sequence(outputs, total_length=steps, batch_first=batchFirst)
    h, c = last if kind == "LSTM" else (last, None)
    options = {"inputSize": inputSize, "hiddenSize": hiddenSize, "numLayers": numLayers, "direction": "bidirectional" if bidirectional else "forward", "bias": "double" if bias else "none", **more}
    options.update({"projectionSize": projectionSize} if projectionSize else {})
    options.update({"batchFirst": True} if batchFirst else {})
    found = {"outputs": outputs, "h": h}
    if c is not None:
        found["c"] = c
    about = [f"{numLayers} layers", "both directions" if bidirectional else "forwards"]
    about += [nonlinearity, f"P{projectionSize}" if projectionSize else "", "batch-major" if batchFirst else ""]
    about += [about_bias(bias), "unequal lengths" if lengths else "", "a state given" if state else ""]
    name = f"{kind} T{steps} B{batch} I{inputSize} H{hiddenSize}, " + ", ".join(part for part in about if part)
    return case(name, options, inputs, parameters, found, kind=kind, lengths=lengths)


def recurrent():
    for kind in ["RNN", "LSTM", "GRU"]:
        yield recurrent_case(kind, 5, 3, 3, 4)
        yield recurrent_case(kind, 4, 2, 3, 4, numLayers=3, state=True)
        yield recurrent_case(kind, 5, 4, 2, 3, numLayers=2, bidirectional=True, lengths=[3, 4, 1, 2], state=True)
        yield recurrent_case(kind, 3, 2, 2, 3, bidirectional=True, bias=False, state=True)
        yield recurrent_case(kind, 1, 1, 2, 3, state=True)
        yield recurrent_case(kind, 3, 5, 9, 17, lengths=[1, 3, 2, 3, 2])
        yield recurrent_case(kind, 3, 2, 2, 3, numLayers=2, bidirectional=True, batchFirst=True, lengths=[2, 3], state=True)
    yield recurrent_case("RNN", 4, 3, 3, 5, numLayers=2, bidirectional=True, lengths=[2, 4, 3], state=True, nonlinearity="relu")
    yield recurrent_case("LSTM", 4, 3, 2, 5, projectionSize=3)
    yield recurrent_case("LSTM", 4, 3, 2, 5, projectionSize=2, numLayers=2, bidirectional=True, lengths=[2, 4, 1], state=True)
    yield recurrent_case("LSTM", 3, 2, 2, 4, projectionSize=1, numLayers=2, bias=False, batchFirst=True, state=True)


def cell_case(kind, inputSize, hiddenSize, bias=True, state=True, nonlinearity=None):
    more = {"nonlinearity": nonlinearity} if nonlinearity else {}
    module = getattr(nn, kind)(inputSize, hiddenSize, bias=bias, **more)
    parameters = redraw(module)
    inputs = {"x": leaf(3, inputSize)}
    if state:
        inputs["h"] = leaf(3, hiddenSize)
        if kind == "LSTMCell":
            inputs["c"] = leaf(3, hiddenSize)
    before = ((inputs["h"], inputs["c"]) if kind == "LSTMCell" else inputs["h"]) if state else None
    after = module(inputs["x"], before)
    found = {"h": after[0], "c": after[1]} if kind == "LSTMCell" else {"h": after}
    options = {"inputSize": inputSize, "hiddenSize": hiddenSize, "bias": "double" if bias else "none", **more}
    about = [f"{kind}{' ' + nonlinearity if nonlinearity else ''}", about_bias(bias), "" if state else "from zero"]
    return case(", ".join(part for part in about if part), options, inputs, parameters, found, kind=kind)


def cells():
    for kind in ["RNNCell", "LSTMCell", "GRUCell"]:
        yield cell_case(kind, 3, 5)
        yield cell_case(kind, 2, 3, bias=False, state=False)
    yield cell_case("RNNCell", 3, 5, nonlinearity="relu")


def layers():
    norm = nn.LayerNorm(7)
    parameters = redraw(norm)
    x = leaf(4, 2, 7, scale=3)
    yield case("LayerNorm", {"size": 7}, {"x": x}, parameters, {"y": norm(x)}, kind="LayerNorm")
    norm = nn.LayerNorm(5, eps=0.1)
    parameters = redraw(norm)
    x = leaf(3, 5)
    yield case("LayerNorm, epsilon 0.1", {"size": 5, "epsilon": 0.1}, {"x": x}, parameters, {"y": norm(x)}, kind="LayerNorm")
    linear = nn.Linear(5, 3)
    parameters = redraw(linear)
    x = leaf(4, 2, 5)
    yield case("Linear", {"inputSize": 5, "outputSize": 3}, {"x": x}, parameters, {"y": linear(x)}, kind="Linear")
    embedding = nn.Embedding(6, 4)
    parameters = redraw(embedding)
    ids = [[0, 5, 2], [2, 2, 3]]
    yield case("Embedding", {"vocabularySize": 6, "embeddingSize": 4}, {}, parameters, {"y": embedding(torch.tensor(ids))}, kind="Embedding", ids=ids)


def losses():
    for more in [
        {},
        {"reduction": "sum"},
        {"reduction": "none"},
        {"ignoreIndex": 2},
        {"labelSmoothing": 0.1},
        {"labelSmoothing": 0.2, "ignoreIndex": 2},
        {"labelSmoothing": 0.2, "ignoreIndex": 2, "reduction": "sum"},
        {"labelSmoothing": 0.2, "ignoreIndex": -100, "reduction": "none"},
    ]:
        logits = leaf(6, 5, scale=3)
        targets = [0, 4, 2, 1, 2, 3]
        if more.get("ignoreIndex") == -100:
            targets[1] = -100
        loss = functional.cross_entropy(
            logits,
            torch.tensor(targets),
            ignore_index=more.get("ignoreIndex", -100),
            label_smoothing=more.get("labelSmoothing", 0.0),
            reduction=more.get("reduction", "mean"),
        )
        about = ", ".join(f"{name} {value}" for name, value in more.items())
        yield case(f"cross-entropy{', ' + about if about else ''}", more, {"logits": logits}, {}, {"loss": loss}, kind="crossEntropy", targets=targets)
    prediction, target = leaf(3, 5), leaf(3, 5)
    yield case("mean square", {}, {"prediction": prediction, "target": target}, {}, {"loss": functional.mse_loss(prediction, target)}, kind="meanSquare")
    logits = leaf(3, 5, scale=8)
    shares = torch.round(torch.rand(3, 5) * 1e4) / 1e4
    loss = functional.binary_cross_entropy_with_logits(logits, shares)
    yield case("binary cross-entropy", {}, {"logits": logits}, {}, {"loss": loss}, kind="binaryCrossEntropy", shares=plain(shares))


def optimiser_case(kind, steps=6, **options):
    names = {"learningRate": "lr", "weightDecay": "weight_decay", "epsilon": "eps"}
    start = [draw(3, 5), draw(7)]
    parameters = [tensor.clone().requires_grad_() for tensor in start]
    optimiser = getattr(torch.optim, kind)(parameters, **{names.get(name, name): value for name, value in options.items()})
    # One parameter has no gradient at one step: it keeps its value and its count of steps.
    given = [[draw(3, 5), None if step == 2 else draw(7)] for step in range(steps)]
    trajectory = []
    for of_step in given:
        for parameter, gradient in zip(parameters, of_step):
            parameter.grad = None if gradient is None else gradient.clone()
        optimiser.step()
        trajectory.append([plain(parameter) for parameter in parameters])
    about = ", ".join(f"{name} {value}" for name, value in options.items())
    return {
        "name": f"{kind}, {about}" if about else kind,
        "kind": kind,
        "options": options,
        "parameters": [plain(tensor) for tensor in start],
        "gradients": [[None if gradient is None else plain(gradient) for gradient in of_step] for of_step in given],
        "trajectory": trajectory,
    }


def optimisers():
    yield optimiser_case("SGD", learningRate=0.1)
    yield optimiser_case("SGD", learningRate=0.1, weightDecay=0.05)
    yield optimiser_case("SGD", learningRate=0.1, momentum=0.9)
    yield optimiser_case("SGD", learningRate=0.1, momentum=0.9, nesterov=True, weightDecay=0.05)
    yield optimiser_case("RMSprop")
    yield optimiser_case("RMSprop", learningRate=0.02, alpha=0.9, epsilon=1e-3, weightDecay=0.05)
    yield optimiser_case("RMSprop", learningRate=0.02, momentum=0.8)
    yield optimiser_case("Adam")
    yield optimiser_case("Adam", learningRate=0.05, betas=[0.8, 0.95], epsilon=1e-3, weightDecay=0.1)
    yield optimiser_case("AdamW")
    yield optimiser_case("AdamW", learningRate=0.05, betas=[0.8, 0.95], weightDecay=0.1)


def clipping():
    for max_norm in [0.5, 3.0, 100.0]:
        tensors = [draw(3, 5), draw(7)]
        parameters = [torch.zeros_like(tensor).requires_grad_() for tensor in tensors]
        for parameter, gradient in zip(parameters, tensors):
            parameter.grad = gradient.clone()
        norm = nn.utils.clip_grad_norm_(parameters, max_norm)
        yield {
            "maxNorm": max_norm,
            "norm": float(norm),
            "gradients": [plain(tensor) for tensor in tensors],
            "clipped": [plain(parameter.grad) for parameter in parameters],
        }


def write(name, cases):
    content = {"pytorch": torch.__version__, "cases": list(cases)}
    text = json.dumps(content, separators=(",", ":"))
    (FOLDER / f"{name}.json").write_text(text.replace('{"name"', '\n{"name"') + "\n")


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for make in [recurrent, cells, layers, losses, optimisers, clipping]:
        write(make.__name__, make())


if __name__ == "__main__":
    main()
