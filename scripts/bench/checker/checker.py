"""Runs PyTorch's gradcheck on the counterparts of subjects.ts: prints JSON. Needs PyTorch; one thread, float64."""

import json
import math
import resource
import sys
import time

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

ERRORS = [0.0, 5e-4, 1e-12]
SMALL = 1000


class Planted(torch.autograd.Function):
    """x, with one element of its gradient multiplied by 1 + error: the first non-zero one from the middle on."""

    @staticmethod
    def forward(ctx, x, error):
        ctx.error = error
        return x.clone()

    @staticmethod
    def backward(ctx, dy):
        wrong = dy.clone(memory_format=torch.contiguous_format)
        flat = wrong.view(-1)
        half = dy.numel() // 2
        felt = torch.nonzero(flat[half:])
        if len(felt) > 0:
            flat[half + felt[0]] *= 1 + ctx.error
        return wrong, None


def dense(i):
    return F.relu(i["x"] @ i["w"] + i["b"])


def convolution(i):
    return F.relu(F.conv2d(i["x"].permute(0, 3, 1, 2), i["w"].permute(3, 2, 0, 1), padding="same"))


def network(i):
    features = F.relu(F.conv2d(i["x"].permute(0, 3, 1, 2), i["kernel"].permute(3, 2, 0, 1)))
    return F.softplus(-(features.reshape(1, 144) @ i["w"] + i["b"]))


def lstm(i):
    a, f, g, o = ((torch.cat([i["x"], i["h"]], 1) @ i["w"]) + i["b"]).chunk(4, 1)
    cell = torch.sigmoid(f) * i["c"] + torch.sigmoid(a) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(cell)


def transformer(i):
    def norm(x):
        return F.layer_norm(x, x.shape[-1:])

    normed = norm(i["x"])
    q, k, v = (normed @ i[name] for name in ("wq", "wk", "wv"))
    attended = i["x"] + torch.softmax(q @ k.T / math.sqrt(32), -1) @ v
    return attended + F.relu(norm(attended) @ i["w1"]) @ i["w2"]


FUNCTIONS = {
    "the notebook's network": network,
    "dense 8x256x512": dense,
    "conv 3x3x64x64 on 8x8": convolution,
    "conv 3x3x64x64 on 16x16": convolution,
    "LSTM cell 8x32, 64 units": lstm,
    "transformer block 16x32": transformer,
    "dense 4x1024x1024": dense,
}


def row(subject, fast):
    """The checked function is <dy, f>: a scalar, as in the other checkers."""
    function = FUNCTIONS[subject["name"]]
    torch.manual_seed(7)
    names = list(subject["shapes"])
    values = [
        torch.randn(shape) / math.sqrt(max(1, math.prod(shape[:-1]))) for shape in subject["shapes"].values()
    ]
    elements = sum(value.numel() for value in values)
    dy = torch.randn_like(function(dict(zip(names, values))))
    calls = 0

    def checked(error):
        def scalar(*tensors):
            nonlocal calls
            calls += 1
            given = dict(zip(names, tensors))
            if error != 0:
                given[subject["wrong"]] = Planted.apply(given[subject["wrong"]], error)
            return (function(given) * dy).sum()

        return scalar

    inputs = [value.requires_grad_() for value in values]
    way = f"PyTorch gradcheck, {'fast' if fast else 'full'}"
    if not fast and elements > SMALL:
        started = time.process_time()
        with torch.no_grad():
            for _ in range(10):
                checked(0)(*inputs)
        seconds = (time.process_time() - started) / 10 * 2 * elements
        return {"way": way, "seconds": seconds, "forwards": 2 * elements, "estimated": True, "said": [None] * 3}
    said = []
    for error in ERRORS:
        calls = 0
        started = time.process_time()
        right = torch.autograd.gradcheck(checked(error), inputs, fast_mode=fast, raise_exception=False)
        said.append("accepted" if right else "refused")
        if error == 0:
            seconds, forwards = time.process_time() - started, calls
    return {"way": way, "seconds": seconds, "forwards": forwards, "estimated": False, "said": said}


def main():
    subjects = json.load(sys.stdin)
    rows = [{"name": each["name"], "rows": [row(each, True), row(each, False)]} for each in subjects]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"version": torch.__version__, "memory": memory, "subjects": rows}))


if __name__ == "__main__":
    main()
