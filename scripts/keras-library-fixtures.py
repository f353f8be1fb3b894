#!/usr/bin/env python3
"""Files that Keras itself saved, under test/fixtures/keras/library, with what Keras gives for them in models.json. Their archives are
compressed here; Keras stores them as they are.

Needs Keras 3 and TensorFlow: pip install keras tensorflow-cpu, then python3 scripts/keras-library-fixtures.py.
"""

import json
import os
import pathlib
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import keras
import numpy
from keras import layers

FOLDER = pathlib.Path(__file__).parent.parent / "test" / "fixtures" / "keras" / "library"
generator = numpy.random.default_rng(11)
models = []

# Every function that Keras knows by name, apart from those below.
FUNCTIONS = [
    "celu", "elu", "exponential", "gelu", "glu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_tanh", "leaky_relu",
    "linear", "log_sigmoid", "log_softmax", "mish", "relu", "relu6", "selu", "sigmoid", "silu", "soft_shrink", "softmax",
    "softplus", "softsign", "sparse_plus", "sparse_sigmoid", "squareplus", "swish", "tanh", "tanh_shrink",
]  # fmt: skip


def ids(*shape):
    """Ids of which some at the ends and one in the middle are padding."""
    drawn = generator.integers(1, 7, shape)
    drawn[0, -2:] = 0
    drawn[-1, 1] = 0
    return drawn


def steps(*shape):
    return numpy.round(generator.normal(size=shape), 3).astype("float32")


def plain(array):
    array = numpy.asarray(array)
    return {"shape": list(array.shape), "data": [float(f"{x:.8g}") for x in array.ravel()]}


def compress(path):
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(zipfile.ZipInfo(part), content, zipfile.ZIP_DEFLATED)


def keep(name, file, model, *inputs):
    """Draws every weight, so that none is what it begins as, saves the model and what it gives."""
    for variable in model.weights:
        drawn = generator.uniform(0.4, 1.6, variable.shape) if "variance" in variable.path else generator.normal(0, 0.6, variable.shape)
        variable.assign(numpy.round(drawn, 3))
    model.save(FOLDER / file)
    if file.endswith(".keras"):
        compress(FOLDER / file)
    made = model(list(inputs) if len(inputs) > 1 else inputs[0], training=False)
    outputs = made if isinstance(made, (list, tuple)) else [made]
    models.append(
        {"name": name, "file": file, "inputs": [plain(x) for x in inputs], "outputs": [plain(y) for y in outputs]}
    )


def masks():
    words = keras.Input((None,), name="words")
    x = layers.Embedding(7, 3, mask_zero=True, name="table")(words)
    x = layers.Bidirectional(layers.LSTM(3, return_sequences=True), name="both")(x)
    x = layers.TimeDistributed(layers.Dense(4), name="each")(x)
    keep("a mask through layers", "mask-embedding.keras", keras.Model(words, layers.GRU(3, name="last")(x)), ids(2, 6))

    xs = keras.Input((None, 3), name="xs")
    x = layers.LSTM(3, return_sequences=True)(layers.Masking(9.0)(xs))
    x = layers.BatchNormalization()(layers.Dense(2)(x))
    numbers = steps(2, 5, 3)
    numbers[0, 3:] = 9
    numbers[1, 1] = 9
    model = keras.Model(xs, layers.GlobalAveragePooling1D()(x))
    keep("a mask of steps, and batch normalisation", "mask-steps.keras", model, numbers)

    words = keras.Input((None,), name="words")
    table = layers.Embedding(7, 3, name="table")(words)
    x = layers.LSTM(3, name="lstm")(table, mask=keras.ops.not_equal(words, 0))
    keep("a mask that is given", "mask-given.keras", keras.Model(words, x), ids(2, 6))

    words = keras.Input((None,), name="words")
    x = layers.Embedding(7, 3, mask_zero=True, name="table")(words)
    x = layers.Conv1D(3, 3, padding="same", name="conv")(x)
    keep("a mask and a convolution", "mask-convolution.keras", keras.Model(words, layers.LSTM(3, name="lstm")(x)), ids(2, 6))


def functions():
    xs = keras.Input((4,), name="xs")
    made = [layers.Activation(name, name=f"f_{name}")(xs) for name in FUNCTIONS]
    made += [layers.ReLU(max_value=2.0, name="capped")(xs), layers.ReLU(negative_slope=0.1, max_value=1.0, name="all")(xs)]
    made += [layers.PReLU(name="learnt")(xs), layers.Dense(3, activation="mish", name="dense")(xs)]
    keep("every function", "functions.keras", keras.Model(xs, made), 2.5 * steps(6, 4))


def attention():
    words = keras.Input((None,), name="words")
    x = layers.Embedding(7, 4, mask_zero=True, name="table")(words)
    q = layers.GRU(4, return_sequences=True, name="gru")(x)
    dot = layers.Attention(use_scale=True, name="dot")([q, x])
    additive = layers.AdditiveAttention(name="additive")([q, x])
    model = keras.Model(words, [dot, additive, layers.LSTM(2, name="after")(additive)])
    keep("attention over masked steps", "attention-masked.keras", model, ids(2, 5))
    # MultiHeadAttention takes the masks away from what it reads, so that each stands in a model of its own.
    heads = layers.MultiHeadAttention(2, 3, name="heads")(q, x)
    model = keras.Model(words, [heads, layers.LSTM(2, name="after_heads")(heads)])
    keep("attention of several heads over masked steps", "heads-masked.keras", model, ids(2, 5))
    words = keras.Input((None,), name="words")
    x = layers.Embedding(7, 4, mask_zero=True, name="table")(words)
    causal = layers.MultiHeadAttention(2, 3, value_dim=2, use_bias=False, name="causal")(x, x, use_causal_mask=True)
    keep("attention that sees no later step", "heads-causal.keras", keras.Model(words, causal), ids(2, 5))

    q, v, k = (keras.Input((None, 4), name=name) for name in "qvk")
    dot = layers.Attention(name="dot")([q, v, k], use_causal_mask=True)
    additive = layers.AdditiveAttention(use_scale=False, name="additive")([q, v, k])
    heads = layers.MultiHeadAttention(3, 2, output_shape=5, name="heads")(query=q, value=v, key=k)
    keep("attention between sequences", "attention.keras", keras.Model([q, v, k], [dot, additive, heads]), steps(2, 3, 4), steps(2, 5, 4), steps(2, 5, 4))


def windows():
    model = keras.Sequential(
        [
            keras.Input((6, 3), name="window"),
            layers.Conv1D(4, 3, padding="causal", activation="relu6"),
            layers.BatchNormalization(),
            layers.LSTM(4, return_sequences=True, dropout=0.2),
            layers.Dropout(0.5),
            layers.GRU(3),
            layers.Dense(2, activation="swish"),
        ]
    )
    keep("a window of fixed length", "window.keras", model, steps(2, 6, 3))
    xs = steps(2, 6, 3)
    keep("the same as HDF5", "window.h5", model, xs)
    model.compile("adam", "mse")
    model.fit(xs, numpy.zeros((2, 2)), verbose=0)
    keep("trained, with an optimiser's memory", "trained.keras", model, xs)
    model.save_weights(FOLDER / "trained.weights.h5")


def rtneural():
    """Models as RTNeural's python/model_utils.py writes them."""
    types = {"TimeDistributed": "time-distributed-dense", "PReLU": "prelu", "BatchNormalization": "batchnorm"}
    cases = []
    for parts in (
        [layers.LSTM(4, return_sequences=True), layers.Dense(2, activation="tanh"), layers.PReLU(shared_axes=[1])],
        [layers.GRU(3, return_sequences=True), layers.TimeDistributed(layers.Dense(1))],
        [layers.Conv1D(3, 2, dilation_rate=2, padding="causal", activation="relu"), layers.BatchNormalization(), layers.Activation("softmax")],
    ):
        model = keras.Sequential([keras.Input((None, 2)), *parts])
        listed = []
        for layer in model.layers:
            for variable in layer.weights:
                variable.assign(numpy.round(generator.uniform(0.2, 0.9, variable.shape), 3))
            kind = type(layer).__name__
            inner = getattr(layer, "layer", layer)
            function = getattr(inner, "activation", None)
            name = function.__name__ if function is not None and function.__name__ != "linear" else ""
            entry = {"type": types.get(kind, kind.lower()), "activation": name, "shape": [None, None, layer.output.shape[-1]]}
            if kind == "Conv1D":
                entry |= {"kernel_size": list(layer.kernel_size), "dilation": list(layer.dilation_rate)}
            if kind == "BatchNormalization":
                entry["epsilon"] = layer.epsilon
            shapes = [array[0] if kind == "PReLU" else array for array in layer.get_weights()]
            listed.append({**entry, "weights": [numpy.round(array.astype("float64"), 3).tolist() for array in shapes]})
        xs = steps(2, 5, 2)
        ys = model(xs, training=False)
        cases.append({"model": {"in_shape": [None, None, 2], "layers": listed}, "inputs": plain(xs), "outputs": plain(ys)})
    (FOLDER.parent / "rtneural.json").write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")


def nested():
    """Models as layers of models, one of them called twice."""
    global generator
    generator = numpy.random.default_rng(12)
    for file in ("nested.keras", "nested.h5"):
        inner = keras.Sequential([keras.Input((None, 4)), layers.Dense(4, activation="tanh", name="dense"), layers.Dropout(0.2)], name="each")
        xs = keras.Input((None, 4), name="inner")
        ys = layers.LSTM(4, return_sequences=True, name="lstm")(inner(xs))
        encoder = keras.Model(xs, [layers.Add(name="sum")([xs, ys]), ys], name="encoder")
        words = keras.Input((None,), name="words")
        x = layers.Embedding(7, 4, name="table")(words)
        sums, _ = encoder(x)
        _, again = encoder(layers.Dense(4, name="dense")(sums))
        model = keras.Model(words, layers.Dense(2, name="head")(again))
        keep(f"models in models, {file}", file, model, ids(2, 5))
    inner = keras.Sequential([keras.Input((None, 3)), layers.GRU(4, name="gru")], name="first")
    model = keras.Sequential([inner, keras.Sequential([layers.Dense(2, name="dense")], name="last")])
    model.build((None, None, 3))
    keep("sequential models in one", "nested-sequential.keras", model, steps(2, 4, 3))


FOLDER.mkdir(parents=True, exist_ok=True)
masks()
functions()
attention()
windows()
rtneural()
nested()
(FOLDER / "models.json").write_text("[\n" + ",\n".join(json.dumps(model) for model in models) + "\n]\n")
