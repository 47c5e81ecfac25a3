"""The functions of ops.ts in PyTorch: its own function if it has one, else made of indexing and arithmetic."""

import torch
import torch.nn.functional as F


def channels_first(x):
    return x.permute(0, 3, 1, 2)


def channels_last(x):
    return x.permute(0, 2, 3, 1)


def depth_to_space(x, block=2):
    b, h, w, c = x.shape
    return x.reshape(b, h, w, block, block, c // block**2).permute(0, 1, 3, 2, 4, 5).reshape(b, h * block, w * block, -1)


def crop_and_resize(i):
    # Coordinates for grid_sample with align_corners: -1 and 1 are the centres of the outermost pixels.
    crops = []
    for box, at in zip(i["boxes"], (1, 0)):
        rows = torch.lerp(box[0], box[2], torch.linspace(0, 1, 3, dtype=torch.float64)) * 2 - 1
        columns = torch.lerp(box[1], box[3], torch.linspace(0, 1, 4, dtype=torch.float64)) * 2 - 1
        grid = torch.stack([columns.expand(3, 4), rows[:, None].expand(3, 4)], -1)
        crops.append(F.grid_sample(channels_first(i["image"])[at : at + 1], grid[None], align_corners=True))
    return channels_last(torch.cat(crops))


def transform(x):
    t = torch.tensor([0.9, 0.13, -0.2, -0.11, 1.2, 0.3, 0.02, -0.01], dtype=torch.float64)
    _, h, w, _ = x.shape
    row, column = torch.meshgrid(*(torch.arange(n, dtype=torch.float64) for n in (h, w)), indexing="ij")
    k = t[6] * column + t[7] * row + 1
    place = torch.stack([(t[0] * column + t[1] * row + t[2]) / k, (t[3] * column + t[4] * row + t[5]) / k], -1)
    grid = place * 2 / torch.tensor([w - 1, h - 1]) - 1
    return channels_last(F.grid_sample(channels_first(x), grid[None], align_corners=True))


def conv3d_transpose(i):
    x = i["a"].permute(0, 4, 1, 2, 3)
    filters = i["b"].permute(4, 3, 0, 1, 2)
    return F.conv_transpose3d(x, filters, stride=2).permute(0, 2, 3, 4, 1)


def local_response_normalization(x):
    # PyTorch divides alpha by the number of channels in a sum.
    return channels_last(F.local_response_norm(channels_first(x), 3, alpha=0.7 * 3, beta=0.6, k=1.5))


def softmax_cross_entropy(i):
    return -(i["a"] * F.log_softmax(i["b"], -1)).sum(-1).mean()


def second(f):
    def gradient(i):
        return torch.autograd.grad(f(i["x"]).sum(), i["x"], create_graph=True)[0]

    return gradient


def complex_product(i):
    a, b = i["a"], i["b"]
    return (torch.complex(a, b) * torch.complex(b, a**2)).imag


def max_pool(x):
    return F.max_pool2d(channels_first(x), 3, stride=1) ** 2


def convolution(x):
    filters = torch.tensor([0.3, -1, 0.7, 0.2], dtype=torch.float64).reshape(1, 1, 2, 2)
    return F.conv2d(channels_first(x), filters) ** 2


def resize(x, **how):
    return channels_last(F.interpolate(channels_first(x), (5, 7), **how))


def dilated_convolution(i):
    return channels_last(F.conv2d(channels_first(i["a"]), i["b"].permute(3, 2, 0, 1), dilation=(2, 3)))


def volumes_first(x):
    return x.permute(0, 4, 1, 2, 3)


def volumes_last(x):
    return x.permute(0, 2, 3, 4, 1)


def conv3d(i, **how):
    return volumes_last(F.conv3d(volumes_first(i["a"]), i["b"].permute(4, 3, 0, 1, 2), **how))


def dilated_conv1d(i):
    return F.conv1d(i["a"].permute(0, 2, 1), i["b"].permute(2, 1, 0), dilation=2).permute(0, 2, 1)


def dilated_depthwise(i):
    # One group for each channel; the filters of a channel are adjacent in the output.
    filters = i["b"].permute(2, 3, 0, 1).reshape(4, 1, 2, 2)
    return channels_last(F.conv2d(channels_first(i["a"]), filters, dilation=(3, 2), groups=2))


def average_pool(x):
    return channels_last(F.avg_pool2d(channels_first(x), 3, 2, 1, count_include_pad=False))


def average_pool_3d(x):
    return volumes_last(F.avg_pool3d(volumes_first(x), 3, 2, 1, count_include_pad=False))


def dilation(i):
    patches = (i["a"] - 3).unfold(1, 2, 1).unfold(2, 3, 1)
    return (patches + i["b"].permute(2, 0, 1)).amax((-2, -1))


def conv3d_steps_over(i):
    # With axes of 4, 5 and 7 and strides of 2, 2 and 3, `same` adds no padding.
    return conv3d(i, stride=(2, 2, 3))


def symmetric(x):
    rows = x[[1, 0, 0, 1, 2, 2]]
    return rows[:, [0, 0, 1, 1, 0]]


OPS = {
    "where": lambda i: torch.where(i["x"] > 0, i["x"] ** 2, i["x"] * 0.1),
    "cumprod": lambda i: i["x"].cumprod(1),
    "cumprodExclusiveReverse": lambda i: torch.cat([i["x"].flip(0).cumprod(0)[:-1].flip(0), torch.ones(1, 4)]),
    "einsum": lambda i: torch.einsum("bij,bjk->bki", i["a"], i["b"]),
    "gatherND": lambda i: i["x"][[0, 2, 0], [1, 3, 1]],
    "scatterND": lambda i: torch.zeros(4, 2, dtype=torch.float64).index_add(0, torch.tensor([3, 1, 3]), i["x"]),
    "stridedSlice": lambda i: i["x"][1:5:2][:, [5, 2]],
    "depthToSpace": lambda i: depth_to_space(i["x"]),
    "topk": lambda i: i["x"].topk(2).values,
    "divNoNan": lambda i: i["a"] / i["b"],
    "denseBincount": lambda i: torch.zeros(4, dtype=torch.float64).index_add(0, torch.tensor([1, 0, 1, 2, 1]), i["x"]),
    "cropAndResize": crop_and_resize,
    "transform": lambda i: transform(i["x"]),
    "conv3dTranspose": conv3d_transpose,
    "complexAbs": lambda i: torch.complex(i["a"], i["b"]).abs(),
    "complexProduct": complex_product,
    "fft": lambda i: torch.fft.fft(torch.complex(i["a"], i["b"])).abs(),
    "ifft": lambda i: torch.fft.ifft(torch.complex(i["a"], i["b"])).imag,
    "rfft": lambda i: torch.fft.rfft(i["x"]).abs(),
    "localResponseNormalization": lambda i: local_response_normalization(i["x"]),
    "softmaxCrossEntropy": softmax_cross_entropy,
    "logSigmoid": lambda i: F.logsigmoid(i["x"] * 3),
    "cumsum": lambda i: torch.cat([i["x"].flip(0).cumsum(0)[:-1].flip(0), torch.zeros(1, 4)]),
    "prod": lambda i: i["x"].prod(-2),
    "max": lambda i: i["x"].amax(1),
    "maximum": lambda i: torch.maximum(i["a"], i["b"]),
    "matMul": lambda i: i["a"] @ i["b"],
    "mirrorPad": lambda i: F.pad(i["x"][None], (1, 2, 2, 1), mode="reflect")[0],
    "resizeBilinear": lambda i: resize(i["x"], mode="bilinear", align_corners=False),
    "resizeNearestNeighbor": lambda i: resize(i["x"], mode="nearest-exact"),
    "dilatedConv2d": dilated_convolution,
    "dilatedConv1d": dilated_conv1d,
    "dilatedDepthwiseConv2d": dilated_depthwise,
    "dilatedConv3d": lambda i: conv3d(i, dilation=(2, 3, 1)),
    "conv3d": lambda i: conv3d(i, stride=(2, 3, 1)),
    "conv3dStepsOver": conv3d_steps_over,
    "avgPool": lambda i: average_pool(i["x"]),
    "avgPool3d": lambda i: average_pool_3d(i["x"]),
    "maxPool3d": lambda i: volumes_last(F.max_pool3d(volumes_first(i["x"]), (1, 2, 3), (1, 2, 1))),
    "dilation2d": dilation,
    "prelu": lambda i: torch.where(i["a"] >= 0, i["a"], i["b"] * i["a"]),
    "minimum": lambda i: torch.minimum(i["a"], i["b"]),
    "squaredDifference": lambda i: (i["a"] - i["b"]) ** 2,
    "min": lambda i: i["x"].amin(1),
    "floorDiv": lambda i: torch.div(i["a"] * 5, i["b"], rounding_mode="floor") + i["a"] * i["b"],
    "castToInt32": lambda i: torch.trunc(i["x"] * 5) + i["x"] ** 2,
    "batchNorm": lambda i: (i["x"] - i["mean"]) * torch.rsqrt(i["variance"] + 0.01),
    "tile": lambda i: i["x"].repeat(2, 1, 3, 2, 1),
    "gather": lambda i: torch.stack([i["x"][0, [3, 1, 3]], i["x"][1, [0, 0, 2]]]),
    "mirrorPadSymmetric": lambda i: symmetric(i["x"]),
    "einsumOfOneLabel": lambda i: torch.einsum("ij,k->k", i["a"], i["b"]),
    "tensorScatterUpdate": lambda i: (i["a"] * 3).index_copy(0, torch.tensor([3, 1]), i["b"]),
    "stridedSliceShrunk": lambda i: i["x"][-2, ::2],
    "diag": lambda i: torch.diag(i["x"] ** 2),
    "split": lambda i: torch.split(i["x"], 2)[0] ** 2,
    "sparseSegmentMean": lambda i: torch.stack([i["x"][[2, 0]].mean(0), i["x"][2]]),
    "irfft": lambda i: torch.fft.irfft(torch.complex(i["a"], i["b"])),
    "secondAvgPool": second(lambda x: average_pool(x) ** 2),
    "secondPrelu": second(lambda x: torch.where(x >= 0, x, 0.3 * x) * x**2),
    "secondSigmoid": second(lambda x: x * torch.sigmoid(x)),
    "secondSoftmax": second(lambda x: torch.softmax(x, -1) ** 2),
    "secondMaxPool": second(max_pool),
    "secondLocalResponseNormalization": second(local_response_normalization),
    "secondConv2d": second(convolution),
}
