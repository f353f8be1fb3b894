"""PyTorch as a peer: answers JSON lines on standard input, see serve.mjs for the protocol."""

import ctypes
import json
import os
import statistics
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")


def openblas():
    """OpenBLAS as PyTorch will load it, or None where libblas is another one."""
    try:
        library = ctypes.CDLL("libblas.so.3")
        library.openblas_get_corename.restype = ctypes.c_char_p
        library.openblas_get_config.restype = ctypes.c_char_p
        return library
    except (OSError, AttributeError):
        return None


def choose_kernel():
    """
    OpenBLAS older than the processor falls back to kernels without fused multiply-add, at a fifth of the speed.
    That would be no peer, so the kernel for the processor's instructions is asked for, unless the user chose one.
    """
    library = openblas()
    if library is None or "OPENBLAS_CORETYPE" in os.environ:
        return
    detected = library.openblas_get_corename().decode()
    if detected not in ("Prescott", "Core2", "Penryn", "Dunnington", "Nehalem", "Atom", "Sandybridge", "SandyBridge"):
        return
    with open("/proc/cpuinfo") as cpuinfo:
        flags = next((line.split() for line in cpuinfo if line.startswith("flags")), [])
    if "avx512dq" in flags:
        kernel = "SkylakeX"
    elif "fma" in flags:
        kernel = "Haswell"
    else:
        return
    os.environ["OPENBLAS_CORETYPE"] = kernel
    os.environ["UNROLLED_BENCH_DETECTED_CORE"] = detected
    os.execv(sys.executable, [sys.executable, *sys.argv])


choose_kernel()

import torch  # noqa: E402
from torch import nn  # noqa: E402


def blas_name():
    library = openblas()
    if library is None:
        return next((line for line in torch.__config__.show().split() if line.startswith("BLAS_INFO")), "unknown")
    name = " ".join(library.openblas_get_config().decode().split()[:2])
    kernel = library.openblas_get_corename().decode()
    detected = os.environ.get("UNROLLED_BENCH_DETECTED_CORE")
    chosen = f", chosen by the benchmark because OpenBLAS detected {detected}" if detected else ""
    return f"{name}, {kernel} kernels{chosen}"


CELLS = {"elman": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}


class LanguageModel(nn.Module):
    def __init__(self, V, I, H, L):
        super().__init__()
        self.encoder = nn.Embedding(V, I)
        self.rnn = nn.LSTM(I, H, L)
        self.decoder = nn.Linear(H, V)

    def forward(self, tokens, state):
        ys, state = self.rnn(self.encoder(tokens), state)
        return self.decoder(ys), state


def layer(workload):
    T, B, I, H, L = (workload[size] for size in "TBIHL")
    return CELLS[workload["cell"]](I, H, L), torch.randn(T, B, I)


def inference(workload):
    rnn, xs = layer(workload)
    rnn.eval()

    def iterate():
        with torch.no_grad():
            rnn(xs)

    return iterate


def stream(workload):
    rnn, x = layer(workload)
    rnn.eval()
    state = None

    def iterate():
        nonlocal state
        with torch.no_grad():
            _, state = rnn(x, state)

    return iterate


def training(workload):
    rnn, xs = layer(workload)
    xs.requires_grad_()
    dys = torch.randn(workload["T"], workload["B"], workload["H"])

    def iterate():
        xs.grad = None
        rnn.zero_grad(set_to_none=True)
        ys, _ = rnn(xs)
        ys.backward(dys)

    return iterate


def language_model(workload):
    T, B, I, H, L, V = (workload[size] for size in "TBIHLV")
    model = LanguageModel(V, I, H, L)
    tokens = torch.randint(V, (T + 1, B))
    # `foreach` is whichever was faster in each case.
    if workload["optimizer"] == "adamw":
        optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, foreach=False)
    else:
        optimizer = torch.optim.SGD(model.parameters(), lr=1.0, foreach=True)
    state = None

    def iterate():
        nonlocal state
        optimizer.zero_grad(set_to_none=True)
        logits, (h, c) = model(tokens[:-1], state)
        loss = nn.functional.cross_entropy(logits.view(-1, V), tokens[1:].reshape(-1))
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        state = (h.detach(), c.detach())
        loss.item()

    return iterate


def generate(workload):
    T, I, H, L, V = (workload[size] for size in "TIHLV")
    model = LanguageModel(V, I, H, L).eval()

    def iterate():
        token, state, text = torch.zeros(1, 1, dtype=torch.long), None, []
        with torch.no_grad():
            for _ in range(T):
                logits, state = model(token, state)
                token = torch.multinomial(torch.softmax(logits[0] / 0.8, dim=-1), 1)
                text.append(token.item())

    return iterate


MODES = {
    "inference": inference,
    "stream": stream,
    "training": training,
    "language-model": language_model,
    "generate": generate,
}


def measure(iterate, min_seconds):
    seconds = []
    end = time.perf_counter() + min_seconds
    while not seconds or time.perf_counter() < end:
        start = time.perf_counter()
        iterate()
        seconds.append(time.perf_counter() - start)
    return {"seconds": statistics.median(seconds), "iterations": len(seconds)}


def main():
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    torch.manual_seed(1)
    answer = lambda value: print(json.dumps(value), flush=True)  # noqa: E731
    answer({"peer": "pytorch", "version": torch.__version__, "blas": blas_name(), "threads": torch.get_num_threads()})
    name, iterate = None, None
    for line in sys.stdin:
        try:
            request = json.loads(line)
            workload, min_seconds = request["workload"], request["minSeconds"]
            if name != workload["name"]:
                name, iterate = workload["name"], MODES[workload["mode"]](workload)
                measure(iterate, min_seconds)
            answer(measure(iterate, min_seconds))
        except Exception as error:
            name = None
            answer({"error": f"{type(error).__name__}: {error}"})


main()
