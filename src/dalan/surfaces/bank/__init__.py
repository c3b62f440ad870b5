"""The simulated bank of a dev world, under ``/pay/bank``. It does not exist in a real one."""

from dalan.surfaces.bank.app import make_app

__all__ = ["make_app"]
