"""Replacing a function of MiniStack."""


def require(module, name):
    """The function that is to be replaced; a MiniStack without it is another version than ours was written for."""
    found = getattr(module, name, None)
    if found is None:
        raise SystemExit(f"{module.__name__} has no {name}: this launcher is written for ministack==1.5.33")
    return found


def replace(module, name, make):
    """Puts `make(original)` in the place of a function, and hands the original back."""
    original = require(module, name)
    setattr(module, name, make(original))
    return original
