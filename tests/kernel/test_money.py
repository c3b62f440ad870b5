import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalan.kernel import money
from dalan.kernel.money import AmountOutOfRange, NotWholeTomans


@given(st.integers(-money.AMOUNT_TOMANS_MAX, money.AMOUNT_TOMANS_MAX))
def test_tomans_become_rials_and_back_without_loss(amount: int) -> None:
    assert money.tomans_of_rials(money.rials_of_tomans(amount)) == amount


def test_rials_with_a_remainder_are_never_rounded_to_tomans() -> None:
    with pytest.raises(NotWholeTomans) as refused:
        money.tomans_of_rials(1_005)

    assert refused.value.amount_rials == 1_005


@pytest.mark.parametrize("amount", [money.AMOUNT_TOMANS_MAX + 1, -money.AMOUNT_TOMANS_MAX - 1])
def test_tomans_that_do_not_fit_64_bits_of_rials_are_refused(amount: int) -> None:
    with pytest.raises(AmountOutOfRange):
        money.rials_of_tomans(amount)
