# PyTorch's side of bench/translate.ts: the same encoder-decoder with attention, on one thread. A line "train" is answered with the
# milliseconds of processor time of a training step, "beam" with those of a beam search over the batch.
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import torch  # noqa: E402
from torch import nn  # noqa: E402

torch.set_num_threads(1)
torch.manual_seed(1)
B, T, U, V, E, H, BEAM = map(int, sys.argv[1:])


class Translator(nn.Module):
    def __init__(self):
        super().__init__()
        self.source = nn.Embedding(V, E)
        self.target = nn.Embedding(V, E)
        self.encoder = nn.LSTM(E, H // 2, 2, batch_first=True, bidirectional=True)
        self.bridges = nn.ModuleList(nn.Linear(H, H) for _ in range(4))
        self.decoder = nn.LSTM(E, H, 2, batch_first=True)
        self.keys = nn.Linear(H, H, bias=False)
        self.combine = nn.Linear(2 * H, H, bias=False)
        self.output = nn.Linear(H, V)

    def encode(self, source):
        memory, ends = self.encoder(self.source(source))
        joined = [end.view(2, 2, -1, H // 2).transpose(1, 2).reshape(2, -1, H) for end in ends]
        h = torch.stack([torch.tanh(self.bridges[i](joined[0][i])) for i in range(2)])
        c = torch.stack([self.bridges[2 + i](joined[1][i]) for i in range(2)])
        return memory, self.keys(memory), (h, c)

    def decode(self, target, memory, keys, state):
        top, state = self.decoder(self.target(target), state)
        weights = torch.softmax(top @ keys.transpose(1, 2), -1)
        top = torch.tanh(self.combine(torch.cat([weights @ memory, top], -1)))
        return self.output(top), state


model = Translator()
optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3)
source = torch.randint(V, (B, T))
target = torch.randint(V, (B, U))
wanted = torch.randint(V, (B, U))


def train():
    optimiser.zero_grad(set_to_none=True)
    logits, _ = model.decode(target, *model.encode(source))
    nn.functional.cross_entropy(logits.view(-1, V), wanted.view(-1)).backward()
    nn.utils.clip_grad_norm_(model.parameters(), 5)
    optimiser.step()


@torch.inference_mode()
def beam():
    memory, keys, (h, c) = (
        value if isinstance(value, tuple) else value.repeat_interleave(BEAM, 0) for value in model.encode(source)
    )
    h, c = h.repeat_interleave(BEAM, 1), c.repeat_interleave(BEAM, 1)
    scores = torch.full((B, BEAM), -torch.inf)
    scores[:, 0] = 0
    tokens = torch.zeros(B * BEAM, 1, dtype=torch.long)
    texts = torch.zeros(B * BEAM, 0, dtype=torch.long)
    first = torch.arange(B).unsqueeze(1) * BEAM
    for _ in range(U):
        logits, (h, c) = model.decode(tokens, memory, keys, (h, c))
        all_scores = scores.view(-1, 1) + torch.log_softmax(logits[:, 0], -1)
        scores, best = all_scores.view(B, -1).topk(BEAM, 1)
        rows = (first + best // V).view(-1)
        tokens = (best % V).view(-1, 1)
        texts = torch.cat([texts[rows], tokens], 1)
        h, c = h[:, rows], c[:, rows]


print(torch.__version__, flush=True)
for line in sys.stdin:
    start = time.process_time()
    {"train": train, "beam": beam}[line.strip()]()
    print(1000 * (time.process_time() - start), flush=True)
