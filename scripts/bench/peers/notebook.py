"""The notebook in NumPy: with its loops, in double precision."""

import numpy as np
from problem import OUT, SIDE, choose, serve


def forward(image, kernel, weight, bias):
    conv_out = np.zeros((OUT, OUT))
    for i in range(OUT):
        for j in range(OUT):
            conv_out[i, j] = np.sum(image[i : i + SIDE, j : j + SIDE] * kernel)
    flatten_out = np.maximum(0, conv_out).flatten()
    logit = np.dot(flatten_out, weight) + bias
    return conv_out, flatten_out, logit, 1 / (1 + np.exp(-logit))


def backward(image, label, weight, conv_out, flatten_out, prediction):
    d_loss = prediction - label
    d_relu = (d_loss * weight).reshape(OUT, OUT)
    d_relu[conv_out <= 0] = 0
    d_kernel = np.zeros((SIDE, SIDE))
    for i in range(OUT):
        for j in range(OUT):
            d_kernel += image[i : i + SIDE, j : j + SIDE] * d_relu[i, j]
    return d_kernel, d_loss * flatten_out, d_loss


def loops(problem):
    def train():
        kernel = problem.kernels[0].astype(np.float64)
        weight = problem.weights[0].astype(np.float64)
        bias = float(problem.biases[0])
        rate = float(problem.rate)
        for _ in range(problem.epochs):
            logits = []
            for image, label in zip(problem.images, problem.labels):
                conv_out, flatten_out, logit, prediction = forward(image, kernel, weight, bias)
                d_kernel, d_weight, d_bias = backward(image, label, weight, conv_out, flatten_out, prediction)
                weight -= rate * d_weight
                bias -= rate * d_bias
                kernel -= rate * d_kernel
                logits.append(logit)
        return logits

    return train


problem, start = choose({"loops": loops})
serve(problem, start(problem))
