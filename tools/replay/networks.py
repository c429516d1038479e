"""The model families as plain functions of weights and images, implemented from their papers, not from the engine.

A function accesses its weights through `Layers` and applies the layers in the order of the run, shortcuts first. A
rewrite of the model, such as quantization, is a subclass that changes what a convolution or the classifier computes;
`rewrites.py` lists them.
"""

import torch
import torch.nn.functional as F

EPSILON = 1e-5


class Layers:
    """Convolutions, batch norms and the classifier at given weights.

    weights: name to tensor. statistics: name to running mean or variance. If `running`, batch norm uses them; otherwise
    it normalizes with the batch, and updates them if `update`.
    """

    def __init__(self, weights, statistics, running=False, update=False, options=None, kinks=None):
        self.weights, self.statistics, self.running, self.update = weights, statistics, running, update
        self.options, self.kinks = options, kinks

    def convolution(self, name, x, outputs, stride=1, groups=1):
        weight = self.weights[f"{name}.weight"]
        assert weight.shape[0] == outputs, f"{name}: shape {tuple(weight.shape)}, expected {outputs} outputs"
        return F.conv2d(x, weight, stride=stride, padding=weight.shape[2] // 2, groups=groups)

    def classifier(self, name, x):
        return F.linear(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def rectified(self, x):
        return F.relu(x) if self.kinks is None else self.kinks.rectified(x)

    def norm(self, name, x):
        if self.running:
            mean, variance = self.statistics[f"{name}.running_mean"], self.statistics[f"{name}.running_var"]
        else:
            mean = x.mean((0, 2, 3))
            variance = ((x - mean.view(1, -1, 1, 1)) ** 2).mean((0, 2, 3))
            if self.update:
                self.follow(f"{name}.running_mean", mean)
                count = x.numel() / x.shape[1]
                self.follow(f"{name}.running_var", variance * count / (count - 1))
        scale, offset = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(variance + EPSILON).view(1, -1, 1, 1)
        return x * scale.view(1, -1, 1, 1) + offset.view(1, -1, 1, 1)

    def follow(self, name, batch):
        self.statistics[name] = 0.9 * self.statistics[name] + 0.1 * batch.detach()

    @staticmethod
    def calibrated(oracle, w, batch):
        """The initial weights of a run; a rewrite may derive some of them from the first batch."""
        return w

    @staticmethod
    def decays(name):
        """Whether weight decay applies to a tensor."""
        return True

    @staticmethod
    def guarded(name, values):
        """The values that a tensor takes after a step and at a perturbed point."""
        return values


def resnet(layers, x, depth, width):
    """He et al. 2016, basic blocks, 3x3 stem without max-pooling."""
    x = layers.rectified(layers.norm("bn1", layers.convolution("conv1", x, width)))
    inputs = width
    for stage, count in enumerate(RESNET_BLOCKS[int(depth)]):
        for block in range(count):
            name, outputs, stride = f"layer{stage + 1}.{block}", width << stage, 2 if stage > 0 and block == 0 else 1
            shortcut = x
            if stride != 1 or inputs != outputs:
                shortcut = layers.norm(f"{name}.shortcut.1", layers.convolution(f"{name}.shortcut.0", x, outputs, stride))
            y = layers.rectified(layers.norm(f"{name}.bn1", layers.convolution(f"{name}.conv1", x, outputs, stride)))
            y = layers.norm(f"{name}.bn2", layers.convolution(f"{name}.conv2", y, outputs))
            x, inputs = layers.rectified(y + shortcut), outputs
    return layers.classifier("linear", x.mean((2, 3)))


RESNET_BLOCKS = {10: (1, 1, 1, 1), 18: (2, 2, 2, 2), 34: (3, 4, 6, 3)}


def wide_resnet(layers, x, depth, widen):
    """Zagoruyko and Komodakis 2016: pre-activation; a projection reads the activated input."""
    x = layers.convolution("conv1", x, 16)
    inputs = 16
    for group in range(3):
        for block in range((depth - 4) // 6):
            name, outputs = f"block{group + 1}.layer.{block}", (16 * widen) << group
            stride = 2 if group > 0 and block == 0 else 1
            active = layers.rectified(layers.norm(f"{name}.bn1", x))
            if stride != 1 or inputs != outputs:
                x = layers.convolution(f"{name}.convShortcut", active, outputs, stride)
            y = layers.rectified(layers.norm(f"{name}.bn2", layers.convolution(f"{name}.conv1", active, outputs, stride)))
            y = layers.convolution(f"{name}.conv2", y, outputs)
            x, inputs = x + y, outputs
    return layers.classifier("fc", layers.rectified(layers.norm("bn1", x)).mean((2, 3)))


def pyramidnet(layers, x, depth, alpha):
    """Han et al. 2017: widths grow by alpha / blocks; no ReLU before a block's first convolution or after its sum;
    the shortcut is pooled at stride 2 and padded with zero channels."""
    x = layers.norm("bn1", layers.convolution("conv1", x, 16))
    per_stage, exact = (depth - 2) // 6, 16.0
    for k in range(3 * per_stage):
        stage, block = divmod(k, per_stage)
        name, stride = f"layer{stage + 1}.{block}", 2 if stage > 0 and block == 0 else 1
        exact += alpha / (3 * per_stage)
        outputs = round(exact)
        y = layers.convolution(f"{name}.conv1", layers.norm(f"{name}.bn1", x), outputs, stride)
        y = layers.convolution(f"{name}.conv2", layers.rectified(layers.norm(f"{name}.bn2", y)), outputs)
        y = layers.norm(f"{name}.bn3", y)
        if stride == 2:
            x = F.avg_pool2d(x, 2)
        x = y + F.pad(x, (0, 0, 0, 0, 0, outputs - x.shape[1]))
    return layers.classifier("fc", layers.rectified(layers.norm("bn_final", x)).mean((2, 3)))


MOBILENET_PLAN = [(2, 1), (4, 2), (4, 1), (8, 2), (8, 1), (16, 2)] + [(16, 1)] * 5 + [(32, 2), (32, 1)]


def mobilenet(layers, x, width):
    """Howard et al. 2017 at CIFAR size: alternating depthwise and pointwise convolutions."""
    x = layers.rectified(layers.norm("bn1", layers.convolution("conv1", x, width)))
    for block, (factor, stride) in enumerate(MOBILENET_PLAN):
        name, inputs = f"layers.{block}", x.shape[1]
        x = layers.rectified(layers.norm(f"{name}.bn1", layers.convolution(f"{name}.conv1", x, inputs, stride, groups=inputs)))
        x = layers.rectified(layers.norm(f"{name}.bn2", layers.convolution(f"{name}.conv2", x, factor * width)))
    return layers.classifier("linear", x.mean((2, 3)))


FAMILIES = {"resnet": resnet, "wide-resnet": wide_resnet, "pyramidnet": pyramidnet, "mobilenet": mobilenet}


def tail(family, settings):
    """Layers of the "last few": the last convolution of the main path, every batch norm after it, the classifier."""
    if family == "resnet":
        last = f"layer4.{RESNET_BLOCKS[int(settings['depth'])][3] - 1}"
        return [f"{last}.conv2", f"{last}.bn2", "linear"]
    if family == "wide-resnet":
        return [f"block3.layer.{(settings['depth'] - 4) // 6 - 1}.conv2", "bn1", "fc"]
    if family == "pyramidnet":
        last = f"layer3.{(settings['depth'] - 2) // 6 - 1}"
        return [f"{last}.conv2", f"{last}.bn3", "bn_final", "fc"]
    last = f"layers.{len(MOBILENET_PLAN) - 1}"
    return [f"{last}.conv2", f"{last}.bn2", "linear"]
