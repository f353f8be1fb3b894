"""Keras' recurrent layers in float64, transcribed from keras/src/layers/rnn/{simple_rnn,lstm,gru}.py and, for what CuDNN saves, from
keras/src/legacy/saving/legacy_h5_format.py (_convert_rnn_weights). scripts/keras-fixtures.py computes with them what its files give."""

import numpy


def sigmoid(x):
    return 1 / (1 + numpy.exp(-x))


FUNCTIONS = {
    "tanh": numpy.tanh,
    "sigmoid": sigmoid,
    "relu": lambda x: numpy.maximum(x, 0),
    "linear": lambda x: x,
    "softmax": lambda x: numpy.exp(x) / numpy.exp(x).sum(-1, keepdims=True),
    "hard_sigmoid of Keras 2": lambda x: numpy.clip(0.2 * x + 0.5, 0, 1),
    "hard_sigmoid of Keras 3": lambda x: numpy.clip(x / 6 + 0.5, 0, 1),
}


def lstm(xs, kernel, recurrent, bias, gate="sigmoid", activation="tanh"):
    """Outputs of all steps. The columns of the weights are the gates i f c o."""
    gate, activation = FUNCTIONS[gate], FUNCTIONS[activation]
    h = c = numpy.zeros((len(xs), len(recurrent)))
    outputs = []
    for x in xs.swapaxes(0, 1):
        i, f, g, o = numpy.split(x @ kernel + h @ recurrent + bias, 4, axis=1)
        c = gate(f) * c + gate(i) * activation(g)
        h = gate(o) * activation(c)
        outputs.append(h)
    return numpy.stack(outputs, axis=1)


def gru(xs, kernel, recurrent, bias, reset_after, gate="sigmoid", activation="tanh"):
    """Outputs of all steps. The columns of the weights are the gates z r h; the bias is [2, 3H] where the reset comes after."""
    gate, activation = FUNCTIONS[gate], FUNCTIONS[activation]
    units = len(recurrent)
    bias, recurrent_bias = bias if reset_after else (bias, numpy.zeros(3 * units))
    h = numpy.zeros((len(xs), units))
    outputs = []
    for x in xs.swapaxes(0, 1):
        x_z, x_r, x_h = numpy.split(x @ kernel + bias, 3, axis=1)
        h_z, h_r, h_h = numpy.split(h @ recurrent + recurrent_bias, 3, axis=1)
        z, r = gate(x_z + h_z), gate(x_r + h_r)
        reset = r * h_h if reset_after else (r * h) @ recurrent[:, 2 * units :]
        h = z * h + (1 - z) * activation(x_h + reset)
        outputs.append(h)
    return numpy.stack(outputs, axis=1)


def from_cudnn(kernel, recurrent, bias, gates):
    """Weights as CuDNNLSTM (four gates) and CuDNNGRU (three) save them, as those of LSTM and of GRU with the reset after."""

    def by_gate(weights, change):
        return numpy.hstack([change(block) for block in numpy.hsplit(weights, gates)])

    kernel = by_gate(kernel, lambda block: block.T.reshape(block.shape, order="F"))
    recurrent = by_gate(recurrent, lambda block: block.T)
    halves = numpy.split(bias, 2)
    return kernel, recurrent, sum(halves) if gates == 4 else numpy.stack(halves)


def causal_convolution(xs, kernel, bias, dilation):
    """y[t] = bias + Σ over k of x[t − dilation·(K − 1 − k)] kernel[k], what lies before the beginning being zero."""
    steps = xs.shape[1]
    reach = dilation * (len(kernel) - 1)
    padded = numpy.pad(xs, ((0, 0), (reach, 0), (0, 0)))
    return bias + sum(padded[:, k * dilation : k * dilation + steps] @ kernel[k] for k in range(len(kernel)))


def layer_normalization(xs, gamma, beta, epsilon):
    mean = xs.mean(-1, keepdims=True)
    return (xs - mean) / numpy.sqrt(xs.var(-1, keepdims=True) + epsilon) * gamma + beta
