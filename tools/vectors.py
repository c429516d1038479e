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


sam()
vsam()
looksam()
