"""The problem that every peer trains on, and the protocol between the bench and a peer.

The file: int32 samples, int32 epochs, float32 learning rate, float32 images [samples][16][16], labels [samples], and
for each run kernel [5][5], weight [12][12], bias. For every line on its stdin a peer trains once from the start and
answers with one line: the milliseconds that the steps took, and the logged loss of the last epoch of each run.
"""

import sys
import time
from collections import namedtuple

import numpy as np

SIDE = 5
OUT = 17 - SIDE
PARAMETERS = SIDE**2 + OUT**2 + 1

Problem = namedtuple("Problem", "samples epochs rate images labels kernels weights biases")


def read_problem(path):
    """Returns images [samples, 16, 16], labels [samples], kernels [runs, 5, 5], weights [runs, 144], biases [runs]."""
    with open(path, "rb") as file:
        samples, epochs = (int(size) for size in np.fromfile(file, np.int32, 2))
        floats = np.fromfile(file, np.float32)
    rate, floats = floats[0], floats[1:]
    images, floats = np.split(floats, [samples * 256])
    labels, floats = np.split(floats, [samples])
    runs = floats.reshape(-1, PARAMETERS)
    return Problem(
        samples,
        epochs,
        rate,
        images.reshape(samples, 16, 16),
        labels,
        runs[:, : SIDE**2].reshape(-1, SIDE, SIDE),
        runs[:, SIDE**2 : -1],
        runs[:, -1],
    )


def patches_of(images):
    """The windows of every image under the kernel, one per row: [samples, 144, 25]."""
    windows = np.lib.stride_tricks.sliding_window_view(images, (SIDE, SIDE), axis=(1, 2))
    return np.ascontiguousarray(windows.reshape(len(images), OUT**2, SIDE**2))


def logged_loss(logits, labels):
    """The notebook's loss of an epoch, in double precision, from the logits before each update: [..., samples]."""
    predictions = 1 / (1 + np.exp(-np.asarray(logits, np.float64)))
    own = np.where(labels == 1, predictions, 1 - predictions)
    return -np.log(own + 1e-7).mean(axis=-1)


def serve(problem, train):
    """Answers every line on stdin. `train` takes all steps and returns the last epoch's logits."""
    for _ in sys.stdin:
        started = time.perf_counter()
        logits = train()
        milliseconds = 1e3 * (time.perf_counter() - started)
        losses = np.atleast_1d(logged_loss(logits, problem.labels))
        print(f"{milliseconds:.6f}", *(f"{loss:.17g}" for loss in losses), flush=True)


def choose(variants):
    """The problem and the variant named on the command line: FILE NAME."""
    if len(sys.argv) != 3 or sys.argv[2] not in variants:
        sys.exit(f"expected FILE and one of {', '.join(variants)}, got {' '.join(sys.argv[1:]) or 'nothing'}")
    return read_problem(sys.argv[1]), variants[sys.argv[2]]
