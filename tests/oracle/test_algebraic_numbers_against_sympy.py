from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.game_theory.exact.algebraic_numbers import AlgebraicNumber, roots
from negotiation.game_theory.exact.polynomials import polynomial

sympy = pytest.importorskip("sympy")
X = sympy.symbols("x")
FACTOR = st.lists(st.integers(-20, 20), min_size=2, max_size=4).filter(lambda c: c[-1] > 0)


@given(st.lists(FACTOR, min_size=1, max_size=2))
def test_every_root_has_the_polynomial_that_factoring_gives_it(factors):
    product = sympy.Poly(sympy.prod(sympy.Poly(f[::-1], X).as_expr() for f in factors), X)
    coefficients = tuple(Fraction(int(c)) for c in reversed(product.all_coeffs()))
    expected = sorted(
        (float(root.evalf(30)), tuple(int(c) for c in reversed(factor.all_coeffs())))
        for factor, _ in product.factor_list()[1]
        for root in factor.real_roots()
        if 0 < root < 1
    )
    found = roots([polynomial(coefficients)], Fraction(0), Fraction(1))
    assert [float(x) for x in found] == pytest.approx([x for x, _ in expected], abs=1e-15)
    for number, (_, least) in zip(found, expected, strict=True):
        if isinstance(number, AlgebraicNumber):
            assert number.coefficients == least
        else:
            assert (-number.numerator, number.denominator) == least
