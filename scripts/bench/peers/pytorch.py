"""PyTorch on one thread: autograd with torch.optim.SGD, and the notebook's backward pass written by hand."""

import torch
import torch.nn.functional as F
from problem import OUT, SIDE, choose, patches_of, serve

torch.set_num_threads(1)


def start_of(problem, requires_grad):
    kernel = torch.tensor(problem.kernels[0]).reshape(1, 1, SIDE, SIDE)
    weight = torch.tensor(problem.weights[0])
    bias = torch.tensor(problem.biases[0])
    return [each.requires_grad_(requires_grad) for each in (kernel, weight, bias)]


def autograd(problem):
    images = torch.tensor(problem.images)[:, None, None].unbind()
    labels = torch.tensor(problem.labels).unbind()

    def train():
        kernel, weight, bias = parameters = start_of(problem, True)
        optimizer = torch.optim.SGD(parameters, lr=float(problem.rate))
        for _ in range(problem.epochs):
            logits = []
            for image, label in zip(images, labels):
                optimizer.zero_grad()
                logit = F.relu(F.conv2d(image, kernel)).flatten() @ weight + bias
                F.binary_cross_entropy_with_logits(logit, label).backward()
                optimizer.step()
                logits.append(logit.detach())
        return torch.stack(logits)

    return train


def by_hand(problem):
    images = torch.tensor(problem.images)[:, None, None].unbind()
    labels = torch.tensor(problem.labels).unbind()
    rate = float(problem.rate)

    @torch.no_grad()
    def train():
        kernel, weight, bias = start_of(problem, False)
        for _ in range(problem.epochs):
            logits = []
            for image, label in zip(images, labels):
                conv_out = F.conv2d(image, kernel)
                flat_out = conv_out.relu().flatten()
                logit = flat_out @ weight + bias
                d_logit = torch.sigmoid(logit) - label
                d_relu = (d_logit * weight).view(1, 1, OUT, OUT) * (conv_out > 0)
                d_kernel = F.conv2d(image, d_relu)
                weight -= rate * (d_logit * flat_out)
                bias -= rate * d_logit
                kernel -= rate * d_kernel
                logits.append(logit)
        return torch.stack(logits)

    return train


def patches(problem):
    windows = torch.tensor(patches_of(problem.images)).unbind()
    transposed = [window.T.contiguous() for window in windows]
    labels = torch.tensor(problem.labels).unbind()
    rate = float(problem.rate)

    @torch.no_grad()
    def train():
        kernel, weight, bias = start_of(problem, False)
        kernel = kernel.flatten()
        for _ in range(problem.epochs):
            logits = []
            for window, across, label in zip(windows, transposed, labels):
                conv_out = window @ kernel
                flat_out = conv_out.relu()
                logit = torch.dot(flat_out, weight) + bias
                d_step = rate * (torch.sigmoid(logit) - label)
                d_kernel = across @ (weight * (conv_out > 0))
                weight -= d_step * flat_out
                bias -= d_step
                kernel -= d_step * d_kernel
                logits.append(logit)
        return torch.stack(logits)

    return train


problem, start = choose({"autograd": autograd, "by-hand": by_hand, "patches": patches})
serve(problem, start(problem))
