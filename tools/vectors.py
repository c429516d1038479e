"""Computes the steps expected by Tests/MethodsTests/PublishedVectorTests.swift from the equations in double precision.

    python3 tools/vectors.py

The loss is (w1^2 + 4 w2^2) / 2, w starts at (1, 1), rho is 0.05 and the learning rate is 0.1. Needs no libraries.
"""

RHO, RATE = 0.05, 0.1


def gradient(w):
    return [w[0], 4 * w[1]]


def norm(v):
    return sum(x * x for x in v) ** 0.5


def add(v, factor, other):
    return [x + factor * y for x, y in zip(v, other)]


def sharpness_aware(w):
    """gS, Eqs. 2 and 4."""
    g = gradient(w)
    return gradient(add(w, RHO / norm(g), g))


def show(name, value):
    print(f"{name:12}", *[f"{x:.9f}" for x in value])


def sam():
    w, m = [1.0, 1.0], [0.0, 0.0]
    for i in (1, 2):
        g, d = gradient(w), sharpness_aware(w)
        m = add(add(d, 0.01, w), 0.9, m)  # weight decay 0.01, momentum 0.9
        show(f"SAM {i} |g|, r", [norm(g), norm(add(d, -1, g)) / norm(g)])
        w = add(w, -RATE, m)
        show(f"SAM {i} gS", d)
        show(f"SAM {i} m", m)
        show(f"SAM {i} w", w)


def vsam(gamma=0.9):
    w = [1.0, 1.0]
    for i in (1, 2, 3):
        g = gradient(w)
        if i == 1:
            d = sharpness_aware(w)
            psf = add(d, -1, g)
        else:
            d = add(g, gamma ** (i - 1), psf)  # Eq. 17
        w = add(w, -RATE, d)
        show(f"vSAM {i} d", d)
        show(f"vSAM {i} w", w)


def looksam(alpha=0.7):
    w = [1.0, 1.0]
    g, d = gradient(w), sharpness_aware(w)
    g_v = add(d, -sum(x * y for x, y in zip(d, g)) / norm(g) ** 2, g)
    show("LookSAM |gV|", [norm(g_v)])
    w = add(w, -RATE, d)
    g = gradient(w)
    d = add(g, alpha * norm(g) / norm(g_v), g_v)
    show("LookSAM 2 d", d)
    show("LookSAM 2 w", add(w, -RATE, d))


def dot(v, other):
    return sum(x * y for x, y in zip(v, other))


def perturbed(w, along, length=None):
    """The gradient at w + rho * along / length, the length that of `along` where none is given."""
    return gradient(add(w, RHO / (length or norm(along)), along))


def steps(name, direction, momentum=0.0, count=3):
    """Steps along direction(i, w, m), m the momentum before the step."""
    w, m = [1.0, 1.0], [0.0, 0.0]
    for i in range(1, count + 1):
        d = direction(i, w, m)
        m = add(d, momentum, m)
        w = add(w, -RATE, m)
        show(f"{name} {i} d", d)
        show(f"{name} {i} w", w)


def asam(eta=0.01):
    def direction(i, w, m):
        factors, g = [abs(x) + eta for x in w], gradient(w)
        scaled = [t * x for t, x in zip(factors, g)]
        return perturbed(w, [t * x for t, x in zip(factors, scaled)], norm(scaled))

    steps("ASAM", direction)


def gsam(alpha=0.2):
    def perturbed_first(i, w, m):
        g, g_s = gradient(w), sharpness_aware(w)
        return add(g_s, -alpha, add(g, -dot(g, g_s) / dot(g_s, g_s), g_s))

    def plain_first(i, w, m):
        g, g_s = gradient(w), sharpness_aware(w)
        return add(g, alpha, add(g_s, -dot(g, g_s) / dot(g, g), g))

    steps("GSAM", perturbed_first)
    steps("GSAM plain", plain_first)


def friendly_sam(keeps=0.6, sigma=0.8):
    mean = [0.0, 0.0]

    def paper(i, w, m):
        g = gradient(w)
        mean[:] = add([keeps * x for x in mean], 1 - keeps, g)
        return perturbed(w, add(g, -sigma, mean))

    def code(i, w, m):
        g, old = gradient(w), list(mean)
        mean[:] = g if i == 1 else add([keeps * x for x in mean], 1 - keeps, g)
        return perturbed(w, g if i == 1 else add(g, -sigma, old))

    steps("F-SAM", paper)
    mean[:] = [0.0, 0.0]
    steps("F-SAM code", code)


def msam():
    steps("MSAM", lambda i, w, m: gradient(w) if i == 1 else gradient(add(w, -RHO / norm(m), m)), momentum=0.9)


def gnp(alpha=0.8):
    def plain(i, w, m):
        return add([(1 - alpha) * x for x in gradient(w)], alpha, sharpness_aware(w))

    def unit(i, w, m):
        g = gradient(w)
        return add([(1 - alpha) / norm(g) * x for x in g], alpha, sharpness_aware(w))

    steps("GNP", plain)
    steps("GNP unit", unit)


def wsam(gamma=0.8, momentum=0.9):
    """The sharpness term added to the weights themselves, as the authors' code does; momentum sees g alone."""
    w, m, k = [1.0, 1.0], [0.0, 0.0], gamma / (1 - gamma)
    for i in (1, 2, 3):
        g = gradient(w)
        h = add(sharpness_aware(w), -1, g)
        m = add(g, momentum, m)
        w = add(add(w, -RATE, m), -RATE * k, h)
        show(f"WSAM {i} w", w)


def vasso(theta=0.4):
    mean = []

    def direction(i, w, m):
        g = gradient(w)
        mean[:] = g if i == 1 else add([(1 - theta) * x for x in mean], theta, g)
        return perturbed(w, mean)

    steps("VaSSO", direction)


sam()
vsam()
looksam()
asam()
gsam()
friendly_sam()
msam()
gnp()
wsam()
vasso()
