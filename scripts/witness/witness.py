"""The witness: recomputes outputs and gradients with PyTorch's autograd in float64 and compares.

python witness.py FILE: FILE contains functions at points with our outputs and gradients, written by gradients.ts.
Each function is PyTorch's own if it has one, so that none of our code is trusted. Exits 3 on a disagreement.
"""

import json
import sys

import torch
import torch.nn.functional as F

# Write no compiled files beside the sources.
sys.dont_write_bytecode = True
from ops import OPS, channels_first  # noqa: E402

# The tolerance relative to the gradient's largest element. The second term is for p - y near saturation, one rounding
# of 1, which is absolute.
RELATIVE = 1e-10
ABSOLUTE = 1e-14


def network(i):
    filters = i["kernel"].permute(3, 2, 0, 1)
    hidden = F.relu(F.conv2d(channels_first(i["image"]), filters))
    logit = hidden.flatten(1) @ i["weight"] + i["bias"]
    return F.binary_cross_entropy_with_logits(logit, i["label"], reduction="sum")


def dense_softmax(i):
    return F.cross_entropy(i["x"] @ i["weight"] + i["bias"], i["label"].long())


def depthwise(i):
    # TensorFlow's filter [rows, columns, channels, 1], PyTorch's [channels, 1, rows, columns]
    filters = i["filter"].permute(2, 3, 0, 1)
    return F.conv2d(channels_first(i["x"]), filters, groups=filters.shape[0]).permute(0, 2, 3, 1)


def attention(i):
    one_head = (i[name][None, None] for name in ("query", "key", "value"))
    return F.scaled_dot_product_attention(*one_head)[0, 0]


WITNESSES = {
    "network": network,
    "denseSoftmax": dense_softmax,
    "layerNorm": lambda i: F.layer_norm(i["x"], i["x"].shape[-1:], i["gamma"], i["beta"], 1e-5),
    "customGelu": lambda i: F.gelu(i["x"]),
    "customGeluLayer": lambda i: F.gelu(i["x"] @ i["weight"]) ** 2,
    "depthwise": depthwise,
    "attention": attention,
    **OPS,
}


def tensor(entry):
    return torch.tensor(entry["values"], dtype=torch.float64).reshape(entry["shape"])


def compare(ours, theirs):
    """The largest |ours - theirs|, the same divided by the tolerance, and the multi-index of that element."""
    if list(ours.shape) != list(theirs.shape):
        return float("inf"), float("inf"), f"shape {list(ours.shape)} for {list(theirs.shape)}"
    distance = (ours - theirs).abs().flatten()
    allowed = RELATIVE * theirs.abs().max() + ABSOLUTE
    # NaN is the largest distance of all.
    worst = int(torch.where(distance.isnan(), torch.inf, distance).argmax())
    index = [int(n) for n in torch.unravel_index(torch.tensor(worst), theirs.shape)]
    return float(distance[worst]), float(distance[worst] / allowed), str(index)


def rows_of(case):
    """One row for the output and one for each gradient."""
    inputs = {name: tensor(entry) for name, entry in case["inputs"].items()}
    for name in case["gradients"]:
        inputs[name].requires_grad_()
    output = WITNESSES[case["witness"]](inputs)
    dy = tensor(case["dy"]).reshape(output.shape)
    found = torch.autograd.grad(output, [inputs[name] for name in case["gradients"]], dy)
    yield "output", tensor(case["output"]).reshape(output.shape), output.detach()
    for (name, ours), theirs in zip(case["gradients"].items(), found, strict=True):
        yield f"d {name}", tensor(ours), theirs


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        cases = json.load(file)["cases"]
    print(f"PyTorch {torch.__version__}, float64, CPU")
    print(f"{'function':38}{'of':12}{'elements':>9}{'largest difference':>20}  verdict")
    wrong = 0
    largest = 0.0
    for case in cases:
        for name, ours, theirs in rows_of(case):
            distance, over_allowed, where = compare(ours, theirs)
            agrees = over_allowed <= 1
            wrong += not agrees
            largest = max(largest, distance)
            verdict = "agrees" if agrees else f"DISAGREES at {where}"
            print(f"{case['name']:38}{name:12}{theirs.numel():9}{distance:20.1e}  {verdict}")
    print(f"{len(cases)} functions and points, largest difference {largest:.1e}, {wrong} disagreements")
    return 3 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
