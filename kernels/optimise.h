// The optimisers' updates, one pass over a parameter each. The equations stand in kernels.h.
#pragma once
#include "vector.h"

static void sgd(float* w, const float* g, float* velocity, double learningRate, double momentum, double weightDecay, int nesterov, int n) {
  float rate = (float)learningRate, inertia = (float)momentum, decay = (float)weightDecay;
  for (int j = 0; j < n; j += VL) {
    int left = n - j;
    V weight = load(w + j, left), gradient = load(g + j, left) + decay * weight, step = gradient;
    if (velocity) {
      V speed = inertia * load(velocity + j, left) + gradient;
      store(velocity + j, speed, left);
      step = nesterov ? gradient + inertia * speed : speed;
    }
    store(w + j, weight - rate * step, left);
  }
}

static void adam(float* w, const float* g, float* mean, float* square, double learningRate, double beta1, double beta2, double epsilon, double weightDecay, int decoupled, double correction1, double correction2, int n) {
  float keep1 = (float)beta1, keep2 = (float)beta2, new1 = (float)(1 - beta1), new2 = (float)(1 - beta2), tiny = (float)epsilon;
  float rate = (float)(learningRate / correction1), spread = (float)(1 / correction2);
  float shrink = decoupled ? (float)(1 - learningRate * weightDecay) : 1.0f, decay = decoupled ? 0.0f : (float)weightDecay;
  for (int j = 0; j < n; j += VL) {
    int left = n - j;
    V weight = load(w + j, left), gradient = load(g + j, left) + decay * weight;
    V first = keep1 * load(mean + j, left) + new1 * gradient;
    V second = keep2 * load(square + j, left) + new2 * gradient * gradient;
    store(mean + j, first, left);
    store(square + j, second, left);
    store(w + j, shrink * weight - rate * first / (squareRoot(second * spread) + tiny), left);
  }
}

static void rmsprop(float* w, const float* g, float* square, float* velocity, double learningRate, double alpha, double epsilon, double momentum, double weightDecay, int n) {
  float rate = (float)learningRate, keep = (float)alpha, fresh = (float)(1 - alpha), tiny = (float)epsilon;
  float inertia = (float)momentum, decay = (float)weightDecay;
  for (int j = 0; j < n; j += VL) {
    int left = n - j;
    V weight = load(w + j, left), gradient = load(g + j, left) + decay * weight;
    V mean = keep * load(square + j, left) + fresh * gradient * gradient;
    store(square + j, mean, left);
    V step = gradient / (squareRoot(mean) + tiny);
    if (velocity) {
      step = inertia * load(velocity + j, left) + step;
      store(velocity + j, step, left);
    }
    store(w + j, weight - rate * step, left);
  }
}
