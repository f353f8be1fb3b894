"""A recogniser of PyTorch as a peer: the network and the batches come as a line of JSON; for each line after it all batches are trained on
once, and the answer is the milliseconds of the processor."""

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


class Recogniser(nn.Module):
    def __init__(self, layers, blank):
        super().__init__()
        options, decoder = layers["rnn"]["options"], layers["decoder"]
        self.rnn = nn.LSTM(
            options["inputSize"],
            options["hiddenSize"],
            options["numLayers"],
            batch_first=True,
            bidirectional=True,
            dropout=options["dropout"],
        )
        self.after = nn.Dropout(layers["dropAfter"]["probability"])
        self.decoder = nn.Linear(decoder["inputSize"], decoder["outputSize"])
        self.ctc = nn.CTCLoss(blank=blank, reduction="sum", zero_infinity=True)

    def loss(self, batch):
        packed = pack_padded_sequence(batch["xs"], batch["lengths"], batch_first=True, enforce_sorted=False)
        outputs, _ = pad_packed_sequence(self.rnn(packed)[0], batch_first=True)
        likely = self.decoder(self.after(outputs)).log_softmax(-1).transpose(0, 1)
        total = self.ctc(likely, batch["targets"], batch["lengths"], batch["sizes"])
        return total / (len(batch["lengths"]) * 20)


def batch_of(rows, width):
    xs = [torch.tensor(row["frames"]).view(-1, width) for row in rows]
    return {
        "xs": nn.utils.rnn.pad_sequence(xs, batch_first=True),
        "lengths": torch.tensor([len(each) for each in xs]),
        "targets": torch.tensor([label for row in rows for label in row["target"]]),
        "sizes": torch.tensor([len(row["target"]) for row in rows]),
    }


said = json.loads(sys.stdin.readline())
layers = {layer["name"]: layer["config"] for layer in said["network"]["layers"]}
model = Recogniser(layers, said["blank"])
batches = [batch_of(rows, said["width"]) for rows in said["batches"]]
optimiser = torch.optim.AdamW(model.parameters(), lr=said["learningRate"])
print(torch.__version__, flush=True)
for _ in sys.stdin:
    start = time.process_time()
    for batch in batches:
        optimiser.zero_grad()
        model.loss(batch).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
    print(1000 * (time.process_time() - start), flush=True)
