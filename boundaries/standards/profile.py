"""Standard profiles of size and staffing: one data file each beside this module; every figure is a setting."""

import math
import tomllib
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from boundaries.errors import StandardError
from gis.i18n import Text, listed

__all__ = ["Standard", "load_standard", "require_community_standard", "standards", "with_overrides"]

_IN_ORDER = (
    "national_2026",
    "henan_2022",
    "legacy_1989",
    "county_large",
    "grid_basic",
    "grid_rural",
    "grid_micro",
    "resources_14fyp",
    "life_circle",
)


@dataclass(frozen=True, kw_only=True)
class Standard:
    """A profile of rules for communities or grids.

    ``minimum``, ``maximum`` and ``target`` are counts of ``column`` in one community or grid; None where the profile
    sets none. ``confidence`` says how sure the basis is: H official text or several sources, M one source, L weak,
    K common knowledge; below H a figure is a local setting.
    """

    key: str
    label: Text
    subject: Literal["community", "grid"]
    column: Literal["households", "dwellings"]
    basis: Text
    confidence: Literal["H", "M", "L", "K"]
    advisory: bool
    repealed: bool
    minimum: float | None = None
    maximum: float | None = None
    target: float | None = None
    target_residents: float | None = None
    maximum_residents: float | None = None
    workers_per_10000_residents: float | None = None
    workers_per_10000_residents_option: float | None = None
    committee_members_minimum: float | None = None
    grid_workers_minimum: float | None = None
    floor_area_m2_per_100_households: float | None = None
    floor_area_m2_minimum: float | None = None
    walk_distances_m: tuple[float, ...] = ()
    one_connected_part: bool = False

    def __post_init__(self) -> None:
        """Refuse bounds that no community can meet."""
        low, high = self.minimum, self.maximum
        if low is not None and high is not None and low > high:
            raise StandardError("bounds-contradict", standard=self.key, minimum=low, maximum=high)


NUMBERS: frozenset[str] = frozenset(field.name for field in fields(Standard) if field.type == float | None)


def standards() -> tuple[Standard, ...]:
    """Give every built-in profile, the default one first."""
    return tuple(_loaded(key) for key in _IN_ORDER)


def load_standard(key: str) -> Standard:
    """Give the built-in profile of that key.

    Raises
    ------
    StandardError
        ``standard-unknown``, with the keys that there are.

    Examples
    --------
    >>> load_standard("national_2026").maximum
    3000.0
    """
    if key not in _IN_ORDER:
        raise StandardError("standard-unknown", standard=key, known=listed(_IN_ORDER, limit=len(_IN_ORDER)))
    return _loaded(key)


def require_community_standard(standard: Standard) -> Standard:
    """Give the profile if it is about communities.

    Raises
    ------
    StandardError
        ``standard-not-community``, with the keys of those that are.
    """
    if standard.subject != "community":
        known = [profile.key for profile in standards() if profile.subject == "community"]
        raise StandardError("standard-not-community", standard=standard.key, known=listed(known, limit=len(known)))
    return standard


def with_overrides(standard: Standard, **numbers: float | None) -> Standard:
    """Give a copy of a profile with some of its numbers set by local rules; None takes a number away.

    Parameters
    ----------
    standard
        The profile to start from.
    **numbers
        Numbers of the profile by name, finite and not negative.

    Raises
    ------
    StandardError
        ``override-unknown``, ``override-invalid`` or ``bounds-contradict``.

    Examples
    --------
    >>> with_overrides(load_standard("national_2026"), maximum=3500).maximum
    3500.0
    """
    for name, value in numbers.items():
        if name not in NUMBERS:
            raise StandardError(
                "override-unknown", standard=standard.key, name=name, known=listed(sorted(NUMBERS), limit=len(NUMBERS))
            )
        if value is not None and not _is_count(value):
            raise StandardError("override-invalid", name=name, value=value)
    changed: dict[str, Any] = {name: None if value is None else float(value) for name, value in numbers.items()}
    return replace(standard, **changed)


def _is_count(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0


@cache
def _loaded(key: str) -> Standard:
    facts: dict[str, Any] = tomllib.loads(files(__package__).joinpath(f"{key}.toml").read_text(encoding="utf-8"))
    for name in ("label", "basis"):
        facts[name] = Text(facts[name]["zh"], facts[name]["en"])
    for name in NUMBERS & facts.keys():
        facts[name] = float(facts[name])
    facts["walk_distances_m"] = tuple(float(metres) for metres in facts.get("walk_distances_m", ()))
    return Standard(**facts)
