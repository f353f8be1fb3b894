#!/usr/bin/env python3
"""What happens inside small language models, by PyTorch in float64, as test/fixtures/inspect.json: gates, states, losses,
gradients through time, attributions, Jacobians of a step and their eigenvalues, and what interventions do.

Run with a Python that has PyTorch (Debian: apt-get install python3-torch, then /usr/bin/python3 scripts/inspect-fixtures.py).
"""

import json
import pathlib

import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(5)

FILE = pathlib.Path(__file__).parent.parent / "test" / "fixtures" / "inspect.json"
V, E, H, LAYERS, STEPS = 7, 4, 5, 2, 9
NAMES = {"elman": [], "lstm": ["i", "f", "g", "o"], "gru": ["r", "z", "n"]}
# Gates that are set to a value from a step on, in layer 0; none for Elman, whose h is.
INTERVENTIONS = {
    "elman": {"what": "h", "units": [1, 3], "from": 3, "to": 6, "value": 0.5},
    "lstm": {"what": "f", "units": [0, 2], "from": 2, "to": 7, "value": 0.125},
    "gru": {"what": "r", "units": [0, 4], "from": 2, "to": 7, "value": 0.875},
}


def draw(*shape, scale=0.6):
    return torch.round(torch.randn(shape) * scale * 1e4) / 1e4


def numbers(tensor):
    return [float(f"{x:.12g}") for x in tensor.detach().flatten().tolist()]


def parameters_of(cell):
    blocks = max(1, len(NAMES[cell]))
    parameters = {"encoder.weight": draw(V, E), "decoder.weight": draw(V, H), "decoder.bias": draw(V)}
    for layer in range(LAYERS):
        parameters[f"rnn.weight_ih_l{layer}"] = draw(blocks * H, H if layer else E)
        parameters[f"rnn.weight_hh_l{layer}"] = draw(blocks * H, H)
        parameters[f"rnn.bias_ih_l{layer}"] = draw(blocks * H)
        parameters[f"rnn.bias_hh_l{layer}"] = draw(blocks * H)
    return parameters


def clamp(value, change, what, t):
    """The change, where it is about this value at this step."""
    if not change or change["what"] != what or not change["from"] <= t < change["to"]:
        return value
    mask = torch.zeros(H)
    mask[change["units"]] = 1
    return value * (1 - mask) + change["value"] * mask


def step(cell, parameters, layer, x, h, c, change=None, t=0):
    """One step of one layer: gates, h and c."""
    of_x = parameters[f"rnn.weight_ih_l{layer}"] @ x + parameters[f"rnn.bias_ih_l{layer}"]
    of_h = parameters[f"rnn.weight_hh_l{layer}"] @ h + parameters[f"rnn.bias_hh_l{layer}"]
    gates = {}

    def gate(name, value):
        gates[name] = clamp(value, change, name, t)
        return gates[name]

    if cell == "elman":
        return gates, clamp(torch.tanh(of_x + of_h), change, "h", t), None
    if cell == "lstm":
        i, f, g, o = (of_x + of_h).chunk(4)
        i, f, g, o = gate("i", i.sigmoid()), gate("f", f.sigmoid()), gate("g", g.tanh()), gate("o", o.sigmoid())
        c = f * c + i * g
        return gates, o * torch.tanh(c), c
    xr, xz, xn = of_x.chunk(3)
    hr, hz, hn = of_h.chunk(3)
    r, z = gate("r", (xr + hr).sigmoid()), gate("z", (xz + hz).sigmoid())
    n = gate("n", (xn + r * hn).tanh())
    return gates, (1 - z) * n + z * h, None


def run(cell, parameters, ids, change=None):
    """Reads ids step by step, keeping everything and the gradients of all states."""
    xs = [parameters["encoder.weight"][i].clone().requires_grad_() for i in ids]
    hs = [[torch.zeros(H)] for _ in range(LAYERS)]
    cs = [[torch.zeros(H)] for _ in range(LAYERS)]
    gates = [{name: [] for name in NAMES[cell]} for _ in range(LAYERS)]
    logits = []
    for t, x in enumerate(xs):
        for layer in range(LAYERS):
            found, h, c = step(cell, parameters, layer, x, hs[layer][-1], cs[layer][-1], change if layer == 0 else None, t)
            for name, value in found.items():
                gates[layer][name].append(value)
            for states, state in [(hs, h), (cs, c)]:
                if state is not None:
                    if state.requires_grad:
                        state.retain_grad()
                    states[layer].append(state)
            x = h
        logits.append(parameters["decoder.weight"] @ x + parameters["decoder.bias"])
    return xs, hs, cs, gates, torch.stack(logits)


def gradient_matrices(cell, parameters, ids):
    count = len(ids) - 1
    found = {"inputs": torch.zeros(count, count)}
    for layer in range(LAYERS):
        found[f"h{layer}"] = torch.zeros(count, count)
        if cell == "lstm":
            found[f"c{layer}"] = torch.zeros(count, count)
    for t in range(count):
        xs, hs, cs, _, logits = run(cell, parameters, ids)
        torch.nn.functional.cross_entropy(logits[t : t + 1], torch.tensor([ids[t + 1]])).backward()
        for s in range(t + 1):
            found["inputs"][t, s] = xs[s].grad.norm()
            for layer in range(LAYERS):
                found[f"h{layer}"][t, s] = 0 if hs[layer][s + 1].grad is None else hs[layer][s + 1].grad.norm()
                if cell == "lstm":
                    gradient = cs[layer][s + 1].grad
                    found[f"c{layer}"][t, s] = 0 if gradient is None else gradient.norm()
    return {name: numbers(matrix) for name, matrix in found.items()}


def attributions(cell, parameters, ids, t, target):
    xs, _, _, _, logits = run(cell, parameters, ids)
    torch.log_softmax(logits[t], 0)[target].backward()
    parts = torch.stack([x * x.grad for x in xs[: t + 1]]).detach()
    return {"t": t, "target": target, "signed": numbers(parts.sum(1)), "absolute": numbers(parts.abs().sum(1))}


def jacobians(cell, parameters, ids, layer):
    """Of each step of a layer with respect to its state before it, its own inputs fixed."""
    xs, hs, cs, _, _ = run(cell, parameters, ids)
    inputs = xs if layer == 0 else hs[layer - 1][1:]

    def after(state, t):
        h, c = state[:H], state[H:]
        _, h, c = step(cell, parameters, layer, inputs[t].detach(), h, c)
        return torch.cat([h, c]) if cell == "lstm" else h

    matrices = []
    for t in range(len(ids)):
        state = torch.cat([hs[layer][t], cs[layer][t]]) if cell == "lstm" else hs[layer][t]
        matrices.append(torch.autograd.functional.jacobian(lambda before: after(before, t), state.detach()))
    product = torch.eye(matrices[0].shape[0])
    norms = [1.0]
    for matrix in reversed(matrices):
        product = product @ matrix
        norms.append(torch.linalg.matrix_norm(product, 2).item())
    blocks = parameters[f"rnn.weight_hh_l{layer}"].chunk(max(1, len(NAMES[cell])))
    return {
        "layer": layer,
        "last": numbers(matrices[-1]),
        "stepRadius": [torch.linalg.eigvals(matrix).abs().max().item() for matrix in matrices],
        "productNorm": norms,
        "recurrentRadius": [torch.linalg.eigvals(block).abs().max().item() for block in blocks],
    }


def case(cell):
    parameters = parameters_of(cell)
    ids = torch.randint(V, (STEPS,)).tolist()

    def traced(change=None):
        _, hs, cs, gates, logits = run(cell, parameters, ids, change)
        losses = torch.nn.functional.cross_entropy(logits[:-1], torch.tensor(ids[1:]), reduction="none")
        layers = []
        for layer in range(LAYERS):
            found = {"h": numbers(torch.stack(hs[layer]))}
            if cell == "lstm":
                found["c"] = numbers(torch.stack(cs[layer]))
            found["gates"] = {name: numbers(torch.stack(values)) for name, values in gates[layer].items()}
            layers.append(found)
        return {"layers": layers, "logits": numbers(logits), "lossNats": numbers(losses)}

    return {
        "cell": cell,
        "sizes": {"vocabularySize": V, "embeddingSize": E, "hiddenSize": H, "numLayers": LAYERS},
        "ids": ids,
        "parameters": {name: {"shape": list(value.shape), "data": numbers(value)} for name, value in parameters.items()},
        "trace": traced(),
        "intervention": {**INTERVENTIONS[cell], "layer": 0},
        "changed": traced(INTERVENTIONS[cell]),
        "gradients": gradient_matrices(cell, parameters, ids),
        "attribution": attributions(cell, parameters, ids, STEPS - 3, ids[STEPS - 2]),
        "jacobians": [jacobians(cell, parameters, ids[:-1], layer) for layer in range(LAYERS)],
    }


FILE.write_text(json.dumps([case(cell) for cell in NAMES]) + "\n")
