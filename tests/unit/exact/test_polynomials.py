from fractions import Fraction
from itertools import pairwise
from math import comb

import pytest

from negotiation.exact.polynomials import (
    LARGEST_DENOMINATOR,
    ROOT_WIDTH,
    Root,
    common_divisor,
    derivative,
    distinct_roots,
    divided,
    evaluate,
    roots_inside,
    sign_at,
    square_free,
    trimmed,
)

ZERO, ONE = Fraction(0), Fraction(1)


def of(*coefficients):
    return trimmed(Fraction(c) for c in coefficients)


def times(*factors):
    product = (ONE,)
    for factor in factors:
        grown = [ZERO] * (len(product) + len(factor) - 1)
        for i, a in enumerate(product):
            for j, b in enumerate(factor):
                grown[i + j] += a * b
        product = trimmed(grown)
    return product


def with_roots(*roots):
    return times(*((-Fraction(root), ONE) for root in roots))


def test_arithmetic():
    assert of(1, 2, 0, 0) == (1, 2)
    assert of(0) == ()
    assert evaluate(of(1, 2, 3), Fraction(2)) == 17
    assert evaluate((), Fraction(2)) == 0
    assert derivative(of(5, 3, 2)) == (3, 4)
    assert derivative(of(5)) == ()


def test_division_with_remainder():
    quotient, rest = divided(of(5, 0, 3, 2), of(1, 1))
    assert all(
        evaluate(of(5, 0, 3, 2), x) == evaluate(quotient, x) * (x + 1) + evaluate(rest, x)
        for x in map(Fraction, range(5))
    )
    assert divided(of(1), of(0, 1)) == ((), (1,))


def test_common_divisor_is_monic():
    one, other = times(with_roots(1, 2), of(6)), times(with_roots(2, 3), of(-4))
    assert common_divisor(one, other) == with_roots(2)
    assert common_divisor(with_roots(1), with_roots(2)) == (1,)


def test_square_free_keeps_each_root_once():
    half = Fraction(1, 2)
    assert len(square_free(with_roots(half, half, half, 2))) == 3
    assert square_free(of(1, 2)) == (1, 2)


@pytest.mark.parametrize(
    "roots", [["1/3", "1/2"], ["1/7", "1/7", "2/7"], ["1/1000003", "999/1000"], ["1/2", "1/4", "3/4", "5/8"]]
)
def test_rational_roots_are_exact_in_order_and_once(roots):
    found = roots_inside(with_roots(*roots, 0, 1, 2, -1), ZERO, ONE)
    assert [root.low for root in found] == sorted({Fraction(root) for root in roots})
    assert all(root.is_exact for root in found)


def test_irrational_roots_are_bracketed():
    (root,) = roots_inside(of(-1, 0, 2), ZERO, ONE)
    assert not root.is_exact
    assert root.high - root.low <= ROOT_WIDTH
    assert root.low**2 < Fraction(1, 2) < root.high**2


def test_close_roots_are_told_apart():
    apart = Fraction(1, 10**25)
    third = Fraction(1, 3)
    found = roots_inside(with_roots(third, third + apart), ZERO, ONE)
    assert len(found) == 2


def test_chebyshev_roots_are_all_found():
    # T_9 shifted to [0, 1] has nine roots there.
    previous, current, x = of(1), of(-1, 2), of(-2, 4)
    for _ in range(8):
        product = times(x, current)
        padded = [*previous, *[ZERO] * (len(product) - len(previous))]
        previous, current = current, trimmed(a - b for a, b in zip(product, padded, strict=True))
    found = roots_inside(current, ZERO, ONE)
    assert len(found) == 9
    assert all(one.high < other.low for one, other in pairwise(found))


def test_no_root_inside():
    assert roots_inside(of(1, 0, 1), ZERO, ONE) == ()
    assert roots_inside(of(3), ZERO, ONE) == ()
    assert roots_inside(with_roots(0, 1), ZERO, ONE) == ()
    assert roots_inside(of(1), ZERO, ONE) == ()
    assert roots_inside(tuple(Fraction((-1) ** k * comb(4, k)) for k in range(5)), ZERO, ONE) == ()


def test_signs_at_an_irrational_root_of_another_polynomial():
    (root,) = roots_inside(of(-1, 0, 2), ZERO, ONE)
    assert sign_at(of(-1, 0, 2), root) == 0
    assert sign_at(times(of(-1, 0, 2), of(1, 5)), root) == 0
    assert sign_at((), root) == 0
    assert sign_at(of(-root.low, 1), root) == 1
    assert sign_at(of(-root.high, 1), root) == -1
    assert sign_at(of(0, 1), root) == 1


def test_roots_of_several_polynomials_come_once_in_disjoint_brackets():
    found = distinct_roots([of(-1, 0, 2), times(of(-1, 0, 2), of(-1, 3)), of(-1, 3), of(-1, 2)], ZERO, ONE)
    assert len(found) == 3
    assert [root.is_exact for root in found] == [True, True, False]
    assert all(one.high < other.low for one, other in pairwise(found))


@pytest.mark.parametrize("sign", [1, -1])
def test_roots_closer_than_their_brackets_are_ordered(sign):
    # A root beside that of 2 x^2 = 1, nearer than the width to which roots are bracketed.
    (near,) = roots_inside(of(-1, 0, 2), ZERO, ONE)
    while near.high - near.low > ROOT_WIDTH**2:
        near = near.halved()
    beside = near.high + sign * ROOT_WIDTH / 1000
    for polynomials in ([of(-1, 0, 2), of(-beside, 1)], [of(-beside, 1), of(-1, 0, 2)]):
        found = distinct_roots(polynomials, ZERO, ONE)
        assert [root.is_exact for root in found] == ([False, True] if sign > 0 else [True, False])
        assert found[0].high < found[1].low


def test_an_exact_root_replaces_its_bracket():
    fine = Fraction(1, 3 * LARGEST_DENOMINATOR)
    (bracketed,) = roots_inside(with_roots(fine, -1), ZERO, ONE)
    assert not bracketed.is_exact
    (found,) = distinct_roots([with_roots(fine, -1), of(-fine, 1)], ZERO, ONE)
    assert found.is_exact
    assert found.low == fine


def test_halving_finds_a_root_at_the_middle():
    assert Root(ZERO, ONE, of(-1, 2)).halved().is_exact
    assert Root(ZERO, ONE, of(-1, 3)).halved().high == Fraction(1, 2)
    assert Root(ZERO, ONE, of(-2, 3)).halved().low == Fraction(1, 2)
