#!/usr/bin/env python3
"""What PyTorch gives for losses on numbers and for weighted ones, as JSON files under test/fixtures.

Run as fixtures.py is, beside which it stands.
"""

import torch
from torch.nn import functional

from fixtures import case, draw, leaf, plain, write


def regression_losses():
    pairs = lambda: {"prediction": leaf(4, 5, scale=2), "target": leaf(4, 5, scale=2)}
    for kind, loss in {
        "meanSquare": functional.mse_loss,
        "meanAbsolute": functional.l1_loss,
        "huber": functional.huber_loss,
    }.items():
        for reduction in ["mean", "sum", "none"]:
            inputs = pairs()
            yield case(f"{kind}, {reduction}", {"reduction": reduction}, inputs, {}, {"loss": loss(inputs["prediction"], inputs["target"], reduction=reduction)}, kind=kind)
    inputs = pairs()
    yield case("huber, delta 0.4", {"delta": 0.4}, inputs, {}, {"loss": functional.huber_loss(*inputs.values(), delta=0.4)}, kind="huber")
    for axis in [-1, 0]:
        inputs = pairs()
        loss = (1 - functional.cosine_similarity(*inputs.values(), dim=axis)).mean()
        yield case(f"cosineDistance, axis {axis}", {"axis": axis}, inputs, {}, {"loss": loss}, kind="cosineDistance")
    for reduction, theirs in {"mean": "batchmean", "sum": "sum"}.items():
        logits, shares = leaf(4, 5, scale=2), torch.round(torch.softmax(draw(4, 5), -1) * 1e4) / 1e4
        shares[1, 2] = 0
        target = shares.requires_grad_()
        loss = functional.kl_div(functional.log_softmax(logits, -1), target.detach(), reduction=theirs)
        yield case(f"klDivergence, {reduction}", {"reduction": reduction}, {"logits": logits}, {}, {"loss": loss}, kind="klDivergence", targets=plain(target))


def weighted_losses():
    logits, labels = leaf(6, 5, scale=2), torch.round(torch.rand(6, 5) * 1e4) / 1e4
    positive = [0.5, 1.0, 3.0, 2.0, 0.0]
    for weights in [positive, 2.5]:
        pos_weight = torch.tensor(weights)
        logits = leaf(6, 5, scale=4)
        loss = functional.binary_cross_entropy_with_logits(logits, labels, pos_weight=pos_weight)
        yield case(f"binaryCrossEntropy, positiveWeights {weights}", {"positiveWeights": weights}, {"logits": logits}, {}, {"loss": loss}, kind="binaryCrossEntropy", targets=plain(labels))
    logits = leaf(6, 5, scale=2)
    loss = functional.binary_cross_entropy_with_logits(logits, labels, weight=torch.tensor(positive), reduction="sum")
    yield case("binaryCrossEntropy, classWeights", {"classWeights": positive, "reduction": "sum"}, {"logits": logits}, {}, {"loss": loss}, kind="binaryCrossEntropy", targets=plain(labels))
    for reduction in ["mean", "sum", "none"]:
        logits, targets = leaf(6, 5, scale=2), [0, 4, -100, 1, 2, 3]
        loss = functional.cross_entropy(logits, torch.tensor(targets), weight=torch.tensor(positive), reduction=reduction)
        options = {"classWeights": positive, "reduction": reduction}
        yield case(f"crossEntropy, classWeights, {reduction}", options, {"logits": logits}, {}, {"loss": loss}, kind="crossEntropy", targets={"shape": [6], "data": targets})


if __name__ == "__main__":
    write("regression-losses", regression_losses())
    write("weighted-losses", weighted_losses())
