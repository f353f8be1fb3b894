"""torch.nn.CTCLoss as a peer: for each line of standard input it runs forward and backward once and answers the milliseconds."""

import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"

import torch  # noqa: E402

torch.set_num_threads(1)
torch.manual_seed(1)
T, B, U, V = (int(argument) for argument in sys.argv[1:5])
logits = torch.randn(T, B, V, requires_grad=True)
targets = torch.randint(1, V, (B, U))
lengths = torch.full((B,), T), torch.full((B,), U)
loss = torch.nn.CTCLoss()
print(torch.__version__, flush=True)
for _ in sys.stdin:
    logits.grad = None
    start = time.perf_counter()
    loss(logits.log_softmax(-1), targets, *lengths).backward()
    print(1000 * (time.perf_counter() - start), flush=True)
