"""`import steer_eval`: what the package offers by name."""

import pytest

import steer_eval
from steer_eval import errors


@pytest.mark.parametrize("name", steer_eval.__all__)
def test_every_public_name_can_be_had_and_is_listed(name: str):
    assert getattr(steer_eval, name) is not None
    assert name in dir(steer_eval)


def test_every_error_class_is_public():
    classes = {name for name, value in vars(errors).items() if isinstance(value, type)}
    assert classes <= set(steer_eval.__all__)
    assert all(issubclass(getattr(steer_eval, name), steer_eval.SteerEvalError) for name in classes)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'steering_wheel'"):
        _ = steer_eval.steering_wheel
