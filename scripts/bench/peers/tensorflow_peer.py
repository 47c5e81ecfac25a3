"""TensorFlow: eager with GradientTape, and tf.function over an epoch."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Much faster for operations this small.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import tensorflow as tf
from problem import SIDE, choose, serve

tf.config.set_visible_devices([], "GPU")


def make(problem):
    images = tf.constant(problem.images[:, None, :, :, None])
    labels = tf.constant(problem.labels)
    rate = tf.constant(problem.rate)
    variables = [
        tf.Variable(initial)
        for initial in (
            problem.kernels[0].reshape(SIDE, SIDE, 1, 1),
            problem.weights[0].reshape(-1, 1),
            problem.biases[0],
        )
    ]
    initial = [variable.numpy() for variable in variables]
    kernel, weight, bias = variables

    def step(image, label):
        with tf.GradientTape() as tape:
            rectified = tf.nn.relu(tf.nn.conv2d(image, kernel, 1, "VALID"))
            logit = tf.reshape(tf.matmul(tf.reshape(rectified, (1, -1)), weight), ()) + bias
            loss = tf.nn.sigmoid_cross_entropy_with_logits(label, logit)
        for variable, gradient in zip(variables, tape.gradient(loss, variables)):
            variable.assign_sub(rate * gradient)
        return logit

    def restart():
        for variable, value in zip(variables, initial):
            variable.assign(value)

    return images, labels, step, restart


def eager(problem):
    images, labels, step, restart = make(problem)
    pairs = list(zip(tf.unstack(images), tf.unstack(labels)))

    def train():
        restart()
        for _ in range(problem.epochs):
            logits = [step(image, label) for image, label in pairs]
        return tf.stack(logits).numpy()

    return train


def function(problem):
    images, labels, step, restart = make(problem)

    @tf.function
    def epoch():
        logits = tf.TensorArray(tf.float32, problem.samples)
        for sample in tf.range(problem.samples):
            logits = logits.write(sample, step(images[sample], labels[sample]))
        return logits.stack()

    def train():
        restart()
        for _ in range(problem.epochs):
            logits = epoch()
        return logits.numpy()

    return train


problem, start = choose({"eager": eager, "function": function})
serve(problem, start(problem))
