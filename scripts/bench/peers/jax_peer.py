"""JAX: a compiled step, a compiled run, and many runs at once."""

import jax
import jax.numpy as jnp
import numpy as np
from problem import choose, patches_of, serve


def logit_of(parameters, patches):
    kernel, weight, bias = parameters
    return jax.nn.relu(patches @ kernel) @ weight + bias


def loss_of(parameters, patches, label):
    """The exact cross-entropy, whose gradient in the logit is p - y."""
    logit = logit_of(parameters, patches)
    return jnp.logaddexp(0, logit) - label * logit, logit


def step(rate, parameters, sample):
    gradients, logit = jax.grad(loss_of, has_aux=True)(parameters, *sample)
    return jax.tree.map(lambda p, g: p - rate * g, parameters, gradients), logit


def starts(problem):
    runs = len(problem.biases)
    return tuple(jnp.asarray(each) for each in (problem.kernels.reshape(runs, -1), problem.weights, problem.biases))


def first(problem):
    return tuple(each[0] for each in starts(problem))


def samples_of(problem):
    return jnp.asarray(patches_of(problem.images)), jnp.asarray(problem.labels)


def per_step(problem):
    compiled = jax.jit(lambda parameters, patches, label: step(problem.rate, parameters, (patches, label)))
    samples = list(zip(*samples_of(problem)))
    start = first(problem)

    def train():
        parameters = start
        for _ in range(problem.epochs):
            logits = []
            for sample in samples:
                parameters, logit = compiled(parameters, *sample)
                logits.append(logit)
        jax.block_until_ready(parameters)
        return np.asarray(jnp.stack(logits))

    return train


def whole_run(problem, step=step, runs=()):
    """All steps of a run as one scan inside another; only the last epoch's logits are recorded."""

    def run(samples, parameters):
        def epoch(carried, _):
            parameters, _ = carried
            return jax.lax.scan(lambda p, s: step(problem.rate, p, s), parameters, samples), None

        return jax.lax.scan(epoch, (parameters, jnp.zeros((problem.samples, *runs))), length=problem.epochs)[0][1]

    return run


def scan(problem):
    compiled = jax.jit(whole_run(problem))
    samples, start = samples_of(problem), first(problem)
    return lambda: np.asarray(compiled(samples, start))


def sweep(problem):
    compiled = jax.jit(jax.vmap(whole_run(problem), in_axes=(None, 0)))
    samples, start = samples_of(problem), starts(problem)
    return lambda: np.asarray(compiled(samples, start))


def batched_step(rate, parameters, sample):
    """The step, differentiated by hand, on many runs: kernel [25, runs], weight [144, runs], bias [runs]."""
    kernel, weight, bias = parameters
    patches, label = sample
    conv_out = patches @ kernel
    flat_out = jnp.maximum(conv_out, 0)
    logit = (flat_out * weight).sum(0) + bias
    d_step = rate * (jax.nn.sigmoid(logit) - label)
    d_kernel = patches.T @ jnp.where(conv_out > 0, weight, 0)
    return (kernel - d_step * d_kernel, weight - d_step * flat_out, bias - d_step), logit


AT_ONCE = 128
"""The number of runs in one call: the fastest of 16, 32, 64, 128 and 256 on two cores."""


def batched(problem):
    compiled = jax.jit(whole_run(problem, batched_step, (AT_ONCE,)))
    samples = samples_of(problem)
    parts = [
        tuple(each[at : at + AT_ONCE].T for each in starts(problem)) for at in range(0, len(problem.biases), AT_ONCE)
    ]

    def train():
        # Starts every call before it waits for the first result, so that they share the cores.
        logits = [compiled(samples, part) for part in parts]
        return np.concatenate(logits, axis=1).T

    return train


problem, start = choose({"per-step": per_step, "scan": scan, "sweep": sweep, "batched": batched})
serve(problem, start(problem))
