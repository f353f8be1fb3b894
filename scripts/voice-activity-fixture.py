"""What PyTorch computes with the safetensors weights of Silero's voice-activity detector, for test/voice-activity/.

The file silero_vad_16k.safetensors holds the weights of another release than the ONNX file beside it and expected.json, which was
made from the ONNX file: all tensors but the first differ. So what the example gives from these weights is compared with PyTorch.

    /usr/bin/python3 scripts/voice-activity-fixture.py ../shared/data/silero-vad > test/voice-activity/pytorch.json
"""

import json
import struct
import sys

import numpy
import torch
from torch.nn import functional

folder = sys.argv[1]
with open(f"{folder}/silero_vad_16k.safetensors", "rb") as file:
    header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    data = file.read()
weights = {}
for name, entry in header.items():
    begin, end = entry["data_offsets"]
    numbers = numpy.frombuffer(data[begin:end], dtype="<f4").reshape(entry["shape"])
    weights[name] = torch.tensor(numbers.copy())
with open(f"{folder}/test.wav", "rb") as file:
    samples = numpy.frombuffer(file.read()[44:], dtype="<i2").astype("float32") / 32768
samples = torch.tensor(numpy.concatenate([numpy.zeros(64, "float32"), samples]))
cell = torch.nn.LSTMCell(128, 128)
cell.load_state_dict({name[len("lstm_cell.") :]: value for name, value in weights.items() if name.startswith("lstm_cell.")})

probabilities = []
state = None
with torch.no_grad():
    for at in range(0, len(samples) - 575, 512):
        x = functional.pad(samples[at : at + 576].reshape(1, 1, -1), (0, 64), mode="reflect")
        waves = functional.conv1d(x, weights["stft_conv.weight"], stride=128)
        x = torch.sqrt(waves[:, :129] ** 2 + waves[:, 129:] ** 2)
        for layer, stride in ((1, 1), (2, 2), (3, 2), (4, 1)):
            x = functional.conv1d(x, weights[f"conv{layer}.weight"], weights[f"conv{layer}.bias"], stride, padding=1)
            x = torch.relu(x)
        state = cell(x.reshape(1, 128), state)
        h = torch.relu(state[0]).reshape(1, 128, 1)
        speech = torch.sigmoid(functional.conv1d(h, weights["final_conv.weight"], weights["final_conv.bias"]))
        probabilities.append(round(speech.item(), 6))
print(json.dumps({"made by": f"PyTorch {torch.__version__}", "probabilities": probabilities}))
