"""The paper's networks in plain PyTorch, with the parameter names that SAMBench writes.

Deliberately plain: this is what a researcher would train without SAMBench. Sources: dydjw9/Efficient_SAM
(ResNet, WideResNet, PyramidNet) and kuangliu/pytorch-cifar (MobileNet).
"""

import torch
import torch.nn.functional as F
from torch import nn


def conv3x3(inputs, outputs, stride=1, groups=1):
    return nn.Conv2d(inputs, outputs, 3, stride, padding=1, groups=groups, bias=False)


def conv1x1(inputs, outputs, stride=1):
    return nn.Conv2d(inputs, outputs, 1, stride, bias=False)


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.bn1 = conv3x3(inputs, outputs, stride), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = conv3x3(outputs, outputs), nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(conv1x1(inputs, outputs, stride), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


class ResNet(nn.Module):
    """3x3 stem without max-pooling, four stages of basic blocks, doubled width at each stage."""

    blocks = {10: (1, 1, 1, 1), 18: (2, 2, 2, 2), 34: (3, 4, 6, 3)}

    def __init__(self, depth=18, width=64, classes=10):
        super().__init__()
        self.conv1, self.bn1 = conv3x3(3, width), nn.BatchNorm2d(width)
        inputs = width
        for stage, count in enumerate(self.blocks[depth]):
            outputs, layers = width << stage, []
            for block in range(count):
                layers.append(BasicBlock(inputs, outputs, 2 if stage > 0 and block == 0 else 1))
                inputs = outputs
            setattr(self, f"layer{stage + 1}", nn.Sequential(*layers))
        self.linear = nn.Linear(inputs, classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.linear(x.mean((2, 3)))


class WideBlock(nn.Module):
    """Pre-activation; if width or plane size changes, the projection reads the activated input."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), conv3x3(inputs, outputs, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(outputs), conv3x3(outputs, outputs)
        self.convShortcut = None
        if stride != 1 or inputs != outputs:
            self.convShortcut = conv1x1(inputs, outputs, stride)

    def forward(self, x):
        o = F.relu(self.bn1(x))
        y = self.conv2(F.relu(self.bn2(self.conv1(o))))
        return y + (x if self.convShortcut is None else self.convShortcut(o))


class WideGroup(nn.Module):
    def __init__(self, inputs, outputs, stride, count):
        super().__init__()
        self.layer = nn.Sequential(
            *[WideBlock(inputs if i == 0 else outputs, outputs, stride if i == 0 else 1) for i in range(count)]
        )

    def forward(self, x):
        return self.layer(x)


class WideResNet(nn.Module):
    """WRN-depth-widen without dropout."""

    def __init__(self, depth=28, widen=10, classes=10):
        super().__init__()
        count, width = (depth - 4) // 6, 16 * widen
        self.conv1 = conv3x3(3, 16)
        self.block1 = WideGroup(16, width, 1, count)
        self.block2 = WideGroup(width, 2 * width, 2, count)
        self.block3 = WideGroup(2 * width, 4 * width, 2, count)
        self.bn1, self.fc = nn.BatchNorm2d(4 * width), nn.Linear(4 * width, classes)

    def forward(self, x):
        x = self.block3(self.block2(self.block1(self.conv1(x))))
        return self.fc(F.relu(self.bn1(x)).mean((2, 3)))


class PyramidBlock(nn.Module):
    """No ReLU before the first convolution; the shortcut is pooled at stride 2 and padded with zero channels."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), conv3x3(inputs, outputs, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(outputs), conv3x3(outputs, outputs)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.stride, self.padding = stride, outputs - inputs

    def forward(self, x):
        y = self.conv1(self.bn1(x))
        y = self.bn3(self.conv2(F.relu(self.bn2(y))))
        if self.stride == 2:
            x = F.avg_pool2d(x, 2)
        return y + F.pad(x, (0, 0, 0, 0, 0, self.padding))


class PyramidNet(nn.Module):
    """Additive widening: alpha channels spread over all blocks, rounded half to even."""

    def __init__(self, depth=110, alpha=270, classes=10):
        super().__init__()
        count = (depth - 2) // 6
        self.conv1, self.bn1 = conv3x3(3, 16), nn.BatchNorm2d(16)
        exact, inputs = 16.0, 16
        for stage in range(3):
            layers = []
            for block in range(count):
                exact += alpha / (3 * count)
                outputs = round(exact)
                layers.append(PyramidBlock(inputs, outputs, 2 if stage > 0 and block == 0 else 1))
                inputs = outputs
            setattr(self, f"layer{stage + 1}", nn.Sequential(*layers))
        self.bn_final, self.fc = nn.BatchNorm2d(inputs), nn.Linear(inputs, classes)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(self.bn1(self.conv1(x)))))
        return self.fc(F.relu(self.bn_final(x)).mean((2, 3)))


class SeparableBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.bn1 = conv3x3(inputs, inputs, stride, groups=inputs), nn.BatchNorm2d(inputs)
        self.conv2, self.bn2 = conv1x1(inputs, outputs), nn.BatchNorm2d(outputs)

    def forward(self, x):
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))


class MobileNet(nn.Module):
    """MobileNet v1 at CIFAR size; `width` scales the stem's 32 channels and everything after."""

    plan = [(2, 1), (4, 2), (4, 1), (8, 2), (8, 1), (16, 2)] + [(16, 1)] * 5 + [(32, 2), (32, 1)]

    def __init__(self, width=32, classes=10):
        super().__init__()
        self.conv1, self.bn1 = conv3x3(3, width), nn.BatchNorm2d(width)
        layers, inputs = [], width
        for factor, stride in self.plan:
            layers.append(SeparableBlock(inputs, factor * width, stride))
            inputs = factor * width
        self.layers, self.linear = nn.Sequential(*layers), nn.Linear(inputs, classes)

    def forward(self, x):
        return self.linear(self.layers(F.relu(self.bn1(self.conv1(x)))).mean((2, 3)))


# Published or derived parameter counts, to detect a different network.
GOLDEN = {
    ("resnet", (("depth", 18), ("width", 64)), 10): 11_173_962,
    ("resnet", (("depth", 18), ("width", 64)), 100): 11_220_132,
    ("wide-resnet", (("depth", 28), ("widen", 10)), 10): 36_479_194,
    ("wide-resnet", (("depth", 28), ("widen", 10)), 100): 36_536_884,
    ("wide-resnet", (("depth", 16), ("widen", 4)), 10): 2_748_890,
    ("wide-resnet", (("depth", 28), ("widen", 2)), 10): 1_467_610,
    ("pyramidnet", (("alpha", 270), ("depth", 110)), 10): 28_485_477,
    ("pyramidnet", (("alpha", 270), ("depth", 110)), 100): 28_511_307,
    ("pyramidnet", (("alpha", 48), ("depth", 110)), 10): 1_772_706,
    ("pyramidnet", (("alpha", 84), ("depth", 110)), 10): 3_904_446,
    ("mobilenet", (("width", 32),), 10): 3_217_226,
    ("mobilenet", (("width", 32),), 100): 3_309_476,
}

FAMILIES = {
    "resnet": (ResNet, {"depth": 18, "width": 64}),
    "wide-resnet": (WideResNet, {"depth": 28, "widen": 10}),
    "pyramidnet": (PyramidNet, {"depth": 110, "alpha": 270}),
    "mobilenet": (MobileNet, {"width": 32}),
}


def build(model, classes=10, **options):
    """A network by its SAMBench name; omitted options have the paper's values."""
    family, defaults = FAMILIES[model]
    unknown = set(options) - set(defaults)
    if unknown:
        raise ValueError(f"{model} has no option {', '.join(sorted(unknown))}; known: {', '.join(defaults)}")
    values = {**defaults, **options}
    network = family(classes=classes, **values)
    expected = GOLDEN.get((model, tuple(sorted(values.items())), classes))
    count = parameter_count(network)
    assert expected in (None, count), f"{model} {values}: {count} parameters, expected {expected}"
    return network


def parameter_count(network):
    return sum(p.numel() for p in network.parameters())


def check():
    """Builds every network whose parameter count is known."""
    for model, options, classes in GOLDEN:
        with torch.device("meta"):
            build(model, classes, **dict(options))


if __name__ == "__main__":
    check()
    print(f"{len(GOLDEN)} parameter counts are correct")
