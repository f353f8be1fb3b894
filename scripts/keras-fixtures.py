#!/usr/bin/env python3
"""Keras files of each kind under test/fixtures/keras, with what they give in models.json.

Keras itself is not needed: the files are written by hand from the published layout (keras/src/saving/saving_lib.py,
keras/src/legacy/saving/legacy_h5_format.py) and the outputs computed in float64 by keras_layers.py. Run with a Python that has h5py
(Debian: apt-get install python3-h5py, then /usr/bin/python3 scripts/keras-fixtures.py).
"""

import io
import json
import pathlib
import zipfile

import h5py
import keras_layers as layers
import numpy

FOLDER = pathlib.Path(__file__).parent.parent / "test" / "fixtures" / "keras"
generator = numpy.random.default_rng(7)
models = []


def draw(*shape):
    return numpy.round(generator.normal(size=shape) * 0.5, 4)


def plain(array):
    return {"shape": list(array.shape), "data": [float(f"{x:.9g}") for x in numpy.ravel(array)]}


def keep(name, file, xs, ys, config=None):
    entry = {"name": name, "file": file, "inputs": [plain(xs)], "outputs": [plain(y) for y in ys]}
    models.append(entry if config is None else {**entry, "config": config})


def sequential(*specifications, shape=(None, None, 3)):
    """A model of Keras 2: [class name, options] for each layer; each is named after its class and place."""
    entries = []
    for place, (class_name, options) in enumerate(specifications):
        named = {"name": f"{class_name.lower()}_{place}", **options}
        config = {"batch_input_shape": shape, **named} if place == 0 else named
        entries.append({"class_name": class_name, "config": config})
    return {"class_name": "Sequential", "config": {"name": "sequential", "layers": entries}}


def write_lists(group, name, texts, parts=1):
    """An attribute that lists names, cut into parts as Keras does where one would be too large."""
    if parts == 1:
        group.attrs[name] = numpy.array([text.encode() for text in texts])
    else:
        for part, some in enumerate(numpy.array_split(numpy.array([text.encode() for text in texts]), parts)):
            group.attrs[f"{name}{part}"] = some


def write_weights(group, weights, version, parts=1, **storage):
    """{layer: {weight: array}} as legacy_h5_format.py does."""
    write_lists(group, "layer_names", list(weights), parts)
    group.attrs["backend"] = b"tensorflow"
    group.attrs["keras_version"] = version.encode()
    for layer, arrays in weights.items():
        inside = group.create_group(layer)
        write_lists(inside, "weight_names", [f"{layer}/{name}" for name in arrays], min(parts, max(1, len(arrays))))
        for name, array in arrays.items():
            inside.create_dataset(f"{layer}/{name}", data=array.astype("<f4"), **storage)


def write_h5(file, config, weights, version="2.9.0", parts=1, **storage):
    with h5py.File(FOLDER / file, "w") as h5:
        h5.attrs["keras_version"] = version.encode()
        h5.attrs["backend"] = b"tensorflow"
        h5.attrs["model_config"] = json.dumps(config).encode()
        write_weights(h5.create_group("model_weights"), weights, version, parts, **storage)


def recurrent(gates, units, inputs=3):
    return draw(inputs, gates * units), draw(units, gates * units)


def names(kernel, recurrent_kernel, bias, scope=""):
    return {f"{scope}kernel:0": kernel, f"{scope}recurrent_kernel:0": recurrent_kernel, f"{scope}bias:0": bias}


def legacy_files():
    xs = draw(2, 4, 3)

    kernel, inner = recurrent(3, 4)
    bias = draw(2, 12)
    config = sequential(["GRU", {"units": 4, "reset_after": True, "return_sequences": True}])
    write_h5("gru-reset-after.h5", config, {"gru_0": names(kernel, inner, bias, "gru_cell/")})
    ys = layers.gru(xs, kernel, inner, bias, True)
    keep("GRU of Keras 2, reset after", "gru-reset-after.h5", xs, [ys])
    # Old files do not say; the bias does.
    config = sequential(["GRU", {"units": 4, "return_sequences": True}])
    write_h5("gru-silent.h5", config, {"gru_0": names(kernel, inner, bias)}, compression="gzip", shuffle=True)
    keep("GRU that does not say where it resets, compressed", "gru-silent.h5", xs, [ys])
    bias = draw(12)
    config = sequential(["GRU", {"units": 4, "reset_after": False, "recurrent_activation": "hard_sigmoid"}])
    write_h5("gru-reset-before.h5", config, {"gru_0": names(kernel, inner, bias)}, "2.2.4")
    ys = layers.gru(xs, kernel, inner, bias, False, gate="hard_sigmoid of Keras 2")
    keep("GRU of Keras 2, reset before, hard sigmoid", "gru-reset-before.h5", xs, [ys[:, -1]])

    kernel, inner = recurrent(4, 3)
    bias = draw(24)
    lstm = layers.lstm(xs, *layers.from_cudnn(kernel, inner, bias, 4))
    config = sequential(["CuDNNLSTM", {"units": 3, "return_sequences": True}])
    write_h5("cudnn-lstm.h5", config, {"cudnnlstm_0": names(kernel, inner, bias)}, "2.2.4", parts=2)
    keep("CuDNNLSTM, lists of names in parts", "cudnn-lstm.h5", xs, [lstm])
    config = sequential(["LSTM", {"units": 3, "recurrent_activation": "sigmoid", "return_sequences": True}])
    write_h5("cudnn-in-lstm.h5", config, {"lstm_0": names(kernel, inner, bias)})
    keep("LSTM with weights that CuDNNLSTM saved", "cudnn-in-lstm.h5", xs, [lstm])

    kernel, inner = recurrent(3, 3)
    back_kernel, back_inner = recurrent(3, 3)
    bias, back_bias = draw(18), draw(18)
    gru = {"class_name": "CuDNNGRU", "config": {"units": 3, "return_sequences": True, "name": "inner"}}
    config = sequential(["Bidirectional", {"merge_mode": "concat", "layer": gru}])
    weights = {
        **names(kernel, inner, bias, "forward_inner/"),
        **names(back_kernel, back_inner, back_bias, "backward_inner/"),
    }
    write_h5("cudnn-gru.h5", config, {"bidirectional_0": weights}, "2.2.4")
    forwards = layers.gru(xs, *layers.from_cudnn(kernel, inner, bias, 3), True)
    backwards = layers.gru(xs[:, ::-1], *layers.from_cudnn(back_kernel, back_inner, back_bias, 3), True)[:, ::-1]
    keep("CuDNNGRU in both directions", "cudnn-gru.h5", xs, [numpy.concatenate([forwards, backwards], axis=2)])

    kernel, bias = draw(3, 3, 4), draw(4)
    gamma, beta = draw(4), draw(4)
    convolution = {"filters": 4, "kernel_size": [3], "strides": [1], "dilation_rate": [2], "padding": "causal"}
    config = sequential(
        ["Conv1D", {**convolution, "data_format": "channels_last", "groups": 1, "activation": "relu"}],
        ["LayerNormalization", {"axis": [2], "epsilon": 0.001, "center": True, "scale": True}],
    )
    weights = {"conv1d_0": {"kernel:0": kernel, "bias:0": bias}, "layernormalization_1": {"gamma:0": gamma, "beta:0": beta}}
    write_h5("causal.h5", config, weights)
    ys = numpy.maximum(layers.causal_convolution(xs, kernel, bias, 2), 0)
    keep("causal convolution and layer normalisation", "causal.h5", xs, [layers.layer_normalization(ys, gamma, beta, 0.001)])


def weights_alone():
    xs = draw(2, 4, 3)
    kernel, inner = recurrent(4, 3)
    bias = draw(12)
    config = sequential(["LSTM", {"units": 3, "recurrent_activation": "hard_sigmoid"}])
    with h5py.File(FOLDER / "weights-alone.h5", "w") as h5:
        write_weights(h5, {"lstm_0": names(kernel, inner, bias)}, "2.9.0")
    ys = layers.lstm(xs, kernel, inner, bias, gate="hard_sigmoid of Keras 2")
    keep("weights alone", "weights-alone.h5", xs, [ys[:, -1]], json.dumps({**config, "keras_version": "2.9.0"}))


def tensor(name, shape):
    config = {"shape": shape, "dtype": "float32", "keras_history": [name, 0, 0]}
    return {"class_name": "__keras_tensor__", "config": config}


def keras_3_layer(class_name, name, config, reads=None, shape=None):
    """A layer of a functional model as Keras 3 writes it."""
    nodes = [] if reads is None else [{"args": [reads], "kwargs": {"mask": None}}]
    policy = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}}
    return {
        "module": "keras.layers",
        "class_name": class_name,
        "config": {"name": name, "trainable": True, "dtype": policy, **config},
        "registered_name": None,
        "build_config": {"input_shape": shape},
        "name": name,
        "inbound_nodes": nodes,
    }


def write_keras(file, config, weights, named, compression, version="3.5.0"):
    """weights: {path of a group: [name, arrays]}; the name is kept only by newer versions."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as h5:
        for path, (name, arrays) in weights.items():
            group = h5.create_group(path).create_group("vars")
            if named and name is not None:
                group.attrs["name"] = name
            for place, array in enumerate(arrays):
                group[str(place)] = array.astype("<f4")
    with zipfile.ZipFile(FOLDER / file, "w", compression) as archive:
        # A date of its own, so that the same archive is written every time.
        for name, content in [
            ["metadata.json", json.dumps({"keras_version": version, "date_saved": "2024-01-01@00:00:00"})],
            ["config.json", json.dumps(config)],
            ["model.weights.h5", buffer.getvalue()],
        ]:
            entry = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
            entry.compress_type = compression
            archive.writestr(entry, content)


def keras_3_files():
    xs = draw(2, 4, 3)
    forwards, backwards = [[*recurrent(3, 3), draw(2, 9)] for _ in range(2)]
    kernel, inner = recurrent(4, 2, inputs=6)
    bias = draw(8)
    dense, dense_bias = draw(2, 3), draw(3)
    gru = {"units": 3, "reset_after": True, "return_sequences": True, "recurrent_activation": "sigmoid", "name": "inner"}
    direction = {"module": "keras.layers", "class_name": "GRU", "registered_name": None}
    model_layers = [
        keras_3_layer("InputLayer", "steps", {"batch_shape": [None, None, 3]}),
        keras_3_layer(
            "Bidirectional",
            "both",
            {
                "merge_mode": "concat",
                "layer": {**direction, "config": gru},
                "backward_layer": {**direction, "config": {**gru, "name": "backward_inner", "go_backwards": True}},
            },
            tensor("steps", [None, None, 3]),
        ),
        keras_3_layer("LSTM", "second", {"units": 2, "recurrent_activation": "hard_sigmoid"}, tensor("both", [None, None, 6])),
        keras_3_layer("Dense", "classes", {"units": 3, "activation": "softmax"}, tensor("second", [None, 2])),
    ]
    config = {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "config": {
            "name": "functional",
            "layers": model_layers,
            "input_layers": [["steps", 0, 0]],
            "output_layers": ["classes", 0, 0],
        },
    }
    weights = {
        "layers/input_layer": ["steps", []],
        "layers/bidirectional": ["both", []],
        "layers/bidirectional/forward_layer/cell": [None, forwards],
        "layers/bidirectional/backward_layer/cell": [None, backwards],
        "layers/lstm": ["second", []],
        "layers/lstm/cell": [None, [kernel, inner, bias]],
        "layers/dense": ["classes", [dense, dense_bias]],
    }
    write_keras("functional.keras", config, weights, True, zipfile.ZIP_STORED)
    write_keras("unnamed.keras", config, weights, False, zipfile.ZIP_DEFLATED)
    ys = numpy.concatenate([layers.gru(xs, *forwards, True), layers.gru(xs[:, ::-1], *backwards, True)[:, ::-1]], axis=2)
    ys = layers.lstm(ys, kernel, inner, bias, gate="hard_sigmoid of Keras 3")[:, -1] @ dense + dense_bias
    keep("functional, of Keras 3", "functional.keras", xs, [layers.FUNCTIONS["softmax"](ys)])
    keep("groups without layers' names, deflated", "unnamed.keras", xs, [layers.FUNCTIONS["softmax"](ys)])


FOLDER.mkdir(parents=True, exist_ok=True)
legacy_files()
weights_alone()
keras_3_files()
text = ",\n".join(json.dumps(model) for model in models)
(FOLDER / "models.json").write_text(f"[\n{text}\n]\n")
