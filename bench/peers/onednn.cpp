// oneDNN as a peer: LSTM layers by its RNN primitives, which are the best a CPU has. See json-lines.h for the protocol.
// Compile with: g++ -O2 -std=c++17 onednn.cpp -ldnnl

#include "json-lines.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <unordered_map>

#include <oneapi/dnnl/dnnl.hpp>

using dnnl::memory;
using Tag = memory::format_tag;
using Arguments = std::unordered_map<int, memory>;

namespace {

const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
dnnl::stream stream(engine);

memory::desc described(memory::dims dims, Tag tag) { return {dims, memory::data_type::f32, tag}; }

/// Memory filled with numbers in ±scale, never zeros: their arithmetic could be cheaper.
memory filled(const memory::desc &description, float scale) {
    memory result(description, engine);
    auto *values = static_cast<float *>(result.get_data_handle());
    uint32_t state = 1;
    for (size_t i = 0; i < description.get_size() / sizeof(float); i++) {
        state = state * 1664525u + 1013904223u;
        values[i] = (static_cast<float>(state) / 2147483648.0f - 1.0f) * scale;
    }
    return result;
}

void zero(memory &target) { std::memset(target.get_data_handle(), 0, target.get_desc().get_size()); }

/// One copy of a tensor into the layout that a primitive asks for; nothing to do when it is there already.
class Reorder {
public:
    Reorder(const memory &from, const memory::desc &wanted)
        : from(from), to(from.get_desc() == wanted ? from : memory(wanted, engine)) {
        if (from.get_desc() != wanted) primitive.reset(new dnnl::reorder(this->from, to));
    }
    Reorder(const memory &from, const memory &to) : from(from), to(to), primitive(new dnnl::reorder(from, to)) {}

    void run() {
        if (primitive) primitive->execute(stream, from, to);
    }

    memory from, to;

private:
    std::shared_ptr<dnnl::reorder> primitive;
};

struct Sizes {
    memory::dim T, B, I, H, L;
};

/// The tensors of one primitive as a user holds them: L layers of the same input size, weights [L, 1, I, 4, H].
struct Tensors {
    memory::desc xs, state, inputWeights, hiddenWeights, bias, ys;

    explicit Tensors(const Sizes &s)
        : xs(described({s.T, s.B, s.I}, Tag::tnc)), state(described({s.L, 1, s.B, s.H}, Tag::ldnc)),
          inputWeights(described({s.L, 1, s.I, 4, s.H}, Tag::ldigo)),
          hiddenWeights(described({s.L, 1, s.H, 4, s.H}, Tag::ldigo)),
          bias(described({s.L, 1, 4, s.H}, Tag::ldgo)), ys(described({s.T, s.B, s.H}, Tag::tnc)) {}
};

memory::desc any(const memory::desc &description) { return described(description.dims(), Tag::any); }

dnnl::lstm_forward::primitive_desc forwardDescription(const Tensors &tensors, dnnl::prop_kind kind) {
    return {dnnl::lstm_forward::desc(kind, dnnl::rnn_direction::unidirectional_left2right, tensors.xs,
                    tensors.state, tensors.state, any(tensors.inputWeights), any(tensors.hiddenWeights),
                    tensors.bias, tensors.ys, tensors.state, tensors.state),
            engine};
}

/// oneDNN runs several layers in one primitive only if they have one input size; else there is one primitive a layer.
std::vector<Sizes> primitives(const Sizes &s) {
    if (s.I == s.H || s.L == 1) return {s};
    return {{s.T, s.B, s.I, s.H, 1}, {s.T, s.B, s.H, s.H, s.L - 1}};
}

class Layers {
public:
    Layers(const Sizes &s, const memory &xs, bool training)
        : tensors(s), scale(1.0f / std::sqrt(static_cast<float>(s.H))), xs(xs), ys(tensors.ys, engine),
          inputWeights(filled(tensors.inputWeights, scale)), hiddenWeights(filled(tensors.hiddenWeights, scale)),
          bias(filled(tensors.bias, scale)), h(tensors.state, engine), c(tensors.state, engine),
          nextH(tensors.state, engine), nextC(tensors.state, engine),
          description(forwardDescription(
                  tensors, training ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference)),
          forwardInputWeights(inputWeights, description.weights_layer_desc()),
          forwardHiddenWeights(hiddenWeights, description.weights_iter_desc()), primitive(description) {
        zero(h);
        zero(c);
        reorderWeights();
        arguments = {{DNNL_ARG_SRC_LAYER, xs}, {DNNL_ARG_SRC_ITER, h}, {DNNL_ARG_SRC_ITER_C, c},
                {DNNL_ARG_WEIGHTS_LAYER, forwardInputWeights.to}, {DNNL_ARG_WEIGHTS_ITER, forwardHiddenWeights.to},
                {DNNL_ARG_BIAS, bias}, {DNNL_ARG_DST_LAYER, ys}, {DNNL_ARG_DST_ITER, nextH},
                {DNNL_ARG_DST_ITER_C, nextC}};
        if (training) {
            workspace = memory(description.workspace_desc(), engine);
            arguments.insert({DNNL_ARG_WORKSPACE, workspace});
        }
    }

    void reorderWeights() {
        forwardInputWeights.run();
        forwardHiddenWeights.run();
    }

    void forward() { primitive.execute(stream, arguments); }

    /// Feeds the final state back as the first; two sets of arguments would save nothing, the state is 4·H bytes.
    void carryState() {
        std::memcpy(h.get_data_handle(), nextH.get_data_handle(), h.get_desc().get_size());
        std::memcpy(c.get_data_handle(), nextC.get_data_handle(), c.get_desc().get_size());
    }

    const Tensors tensors;
    const float scale;
    memory xs, ys, inputWeights, hiddenWeights, bias, h, c, nextH, nextC, workspace;
    dnnl::lstm_forward::primitive_desc description;

private:
    Reorder forwardInputWeights, forwardHiddenWeights;
    dnnl::lstm_forward primitive;
    Arguments arguments;
};

dnnl::lstm_backward::primitive_desc backwardDescription(const Layers &layers) {
    const Tensors &t = layers.tensors;
    return {dnnl::lstm_backward::desc(dnnl::prop_kind::backward, dnnl::rnn_direction::unidirectional_left2right,
                    t.xs, t.state, t.state, any(t.inputWeights), any(t.hiddenWeights), t.bias, t.ys, t.state,
                    t.state, t.xs, t.state, t.state, any(t.inputWeights), any(t.hiddenWeights), t.bias, t.ys,
                    t.state, t.state),
            engine, layers.description};
}

/// Backward of Layers. Overwrites dxs and dInputWeights, dHiddenWeights, dBias, the last three in the user's layout.
class Gradients {
public:
    Gradients(Layers &layers, const memory &dys)
        : dxs(layers.tensors.xs, engine), description(backwardDescription(layers)),
          inputWeights(layers.inputWeights, description.weights_layer_desc()),
          hiddenWeights(layers.hiddenWeights, description.weights_iter_desc()),
          dInputWeights(memory(description.diff_weights_layer_desc(), engine),
                  memory(layers.tensors.inputWeights, engine)),
          dHiddenWeights(memory(description.diff_weights_iter_desc(), engine),
                  memory(layers.tensors.hiddenWeights, engine)),
          dBias(layers.tensors.bias, engine), dh(layers.tensors.state, engine), dc(layers.tensors.state, engine),
          dNextH(layers.tensors.state, engine), dNextC(layers.tensors.state, engine), primitive(description) {
        zero(dNextH);
        zero(dNextC);
        arguments = {{DNNL_ARG_SRC_LAYER, layers.xs}, {DNNL_ARG_SRC_ITER, layers.h},
                {DNNL_ARG_SRC_ITER_C, layers.c}, {DNNL_ARG_WEIGHTS_LAYER, inputWeights.to},
                {DNNL_ARG_WEIGHTS_ITER, hiddenWeights.to}, {DNNL_ARG_BIAS, layers.bias},
                {DNNL_ARG_DST_LAYER, layers.ys}, {DNNL_ARG_DST_ITER, layers.nextH},
                {DNNL_ARG_DST_ITER_C, layers.nextC}, {DNNL_ARG_WORKSPACE, layers.workspace},
                {DNNL_ARG_DIFF_SRC_LAYER, dxs}, {DNNL_ARG_DIFF_SRC_ITER, dh}, {DNNL_ARG_DIFF_SRC_ITER_C, dc},
                {DNNL_ARG_DIFF_WEIGHTS_LAYER, dInputWeights.from}, {DNNL_ARG_DIFF_WEIGHTS_ITER, dHiddenWeights.from},
                {DNNL_ARG_DIFF_BIAS, dBias}, {DNNL_ARG_DIFF_DST_LAYER, dys}, {DNNL_ARG_DIFF_DST_ITER, dNextH},
                {DNNL_ARG_DIFF_DST_ITER_C, dNextC}};
    }

    void backward() {
        inputWeights.run();
        hiddenWeights.run();
        // The primitive adds to the weights' gradients.
        zero(dInputWeights.from);
        zero(dHiddenWeights.from);
        zero(dBias);
        primitive.execute(stream, arguments);
        dInputWeights.run();
        dHiddenWeights.run();
    }

    memory dxs;

private:
    dnnl::lstm_backward::primitive_desc description;
    Reorder inputWeights, hiddenWeights, dInputWeights, dHiddenWeights;
    memory dBias, dh, dc, dNextH, dNextC;
    dnnl::lstm_backward primitive;
    Arguments arguments;
};

Iteration prepare(const Request &request) {
    const auto size = [&](const char *key) { return static_cast<memory::dim>(request.number(key)); };
    const Sizes sizes {size("T"), size("B"), size("I"), size("H"), size("L")};
    const std::string mode = request.text("mode"), cell = request.text("cell");
    const bool training = mode == "training", stateful = mode == "stream";
    if (cell != "lstm" || (!training && !stateful && mode != "inference"))
        throw std::runtime_error("onednn: no " + mode + " of " + cell + " (lstm only)");

    auto stack = std::make_shared<std::vector<Layers>>();
    stack->reserve(sizes.L);
    memory xs = filled(described({sizes.T, sizes.B, sizes.I}, Tag::tnc), 1.0f);
    for (const Sizes &part : primitives(sizes)) {
        stack->emplace_back(part, xs, training);
        xs = stack->back().ys;
    }
    if (!training) {
        return [stack, stateful] {
            for (Layers &layers : *stack) {
                layers.forward();
                if (stateful) layers.carryState();
            }
            stream.wait();
        };
    }
    auto gradients = std::make_shared<std::vector<Gradients>>();
    gradients->reserve(stack->size());
    memory dys = filled(stack->back().tensors.ys, 1.0f);
    for (auto layers = stack->rbegin(); layers != stack->rend(); ++layers) {
        gradients->emplace_back(*layers, dys);
        dys = gradients->back().dxs;
    }
    return [stack, gradients] {
        for (Layers &layers : *stack) {
            layers.reorderWeights();
            layers.forward();
        }
        for (Gradients &part : *gradients) part.backward();
        stream.wait();
    };
}

} // namespace

int main() {
    // One thread; the library reads this when it is first used.
    setenv("OMP_NUM_THREADS", "1", 0);
    const dnnl_version_t *version = dnnl_version();
    const std::string number = std::to_string(version->major) + "." + std::to_string(version->minor) + "."
            + std::to_string(version->patch);
    return serve("{\"peer\":\"onednn\",\"version\":\"" + number + "\",\"blas\":\"its own\",\"threads\":1}", prepare);
}
