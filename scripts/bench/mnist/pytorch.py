"""PyTorch as a contender: pytorch.py THREADS FILE BATCHES, with the protocol of contender.ts."""

import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

threads, file, batches = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
torch.set_num_threads(threads)
BATCHES, BATCH, SIDE = 20, 64, 28
SHAPES = [(5, 5, 1, 8), (8,), (5, 5, 8, 16), (16,), (256, 10), (10,)]

numbers = np.fromfile(file, np.float32)
images, numbers = np.split(numbers, [BATCHES * BATCH * SIDE**2])
labels, numbers = np.split(numbers, [BATCHES * BATCH])
images = torch.tensor(images).reshape(BATCHES, BATCH, 1, SIDE, SIDE)[:batches].unbind()
labels = torch.tensor(labels).long().reshape(BATCHES, BATCH)[:batches].unbind()


def start():
    rest, weights = numbers, []
    for shape in SHAPES:
        own, rest = np.split(rest, [int(np.prod(shape))])
        weights.append(own.reshape(shape))
    # PyTorch's kernels are [out, in, height, width], and it flattens images with the channels first.
    for k in (0, 2):
        weights[k] = weights[k].transpose(3, 2, 0, 1)
    weights[4] = weights[4].reshape(4, 4, 16, 10).transpose(2, 0, 1, 3).reshape(256, 10)
    return [torch.tensor(np.ascontiguousarray(each)).requires_grad_() for each in weights]


for _ in sys.stdin:
    kernel1, bias1, kernel2, bias2, dense, bias3 = weights = start()
    optimizer = torch.optim.Adam(weights, lr=1e-3, eps=1e-7)
    losses = []
    started = time.perf_counter()
    for image, label in zip(images, labels):
        optimizer.zero_grad()
        hidden = F.max_pool2d(F.relu(F.conv2d(image, kernel1, bias1)), 2)
        hidden = F.max_pool2d(F.relu(F.conv2d(hidden, kernel2, bias2)), 2)
        loss = F.cross_entropy(hidden.flatten(1) @ dense + bias3, label)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    print((time.perf_counter() - started) * 1e3, *losses, flush=True)
