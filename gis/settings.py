"""The settings of a project, as ``quhua.toml`` holds them: checked when read, written back with every comment kept."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

import tomlkit
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from tomlkit.exceptions import TOMLKitError

from gis.crs import is_metric_crs, is_readable_crs
from gis.errors import ProjectError, ReadError
from gis.i18n import Text, listed
from gis.io.encoding import find_encoding
from gis.kinds import PLACE_ROLES, Kind, schema_of
from gis.needs import what_is_needed

__all__ = [
    "AuditSettings",
    "LayerSettings",
    "ProjectInfo",
    "ProjectSettings",
    "ProposalSettings",
    "StandardSettings",
    "merged",
    "new_toml",
    "plain",
    "read_settings",
    "updated_toml",
]

_INLINE = frozenset({"accepted", "columns", "overrides", "tolerances"})
_PYDANTIC_STEPS = ("tuple[", "constrained-", "function-")  # not keys of the file
_LARGEST_AMOUNT = 10_000_000  # households, people, metres or square metres: no community comes near
_LONGEST_SEARCH_S = 86_400
_LARGEST_SEED = 2**63 - 1  # of TOML
_Number = Annotated[float, Field(ge=0, le=_LARGEST_AMOUNT, allow_inf_nan=False, strict=True)]
_Positive = Annotated[float, Field(gt=0, le=_LARGEST_AMOUNT, allow_inf_nan=False, strict=True)]
_Count = Annotated[int, Field(ge=1, le=100_000, strict=True)]
_Place = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]+$")]


def _known_kind(kind: str) -> str:
    if kind not in set(Kind):
        raise PydanticCustomError("kind", "kind", {"expected": ", ".join(Kind)})
    return kind


def _known_crs(crs: str) -> str:
    if not is_readable_crs(crs):
        raise PydanticCustomError("crs", "crs")
    return crs


def _metric_crs(crs: str) -> str:
    if crs and not (is_readable_crs(crs) and is_metric_crs(crs)):
        raise PydanticCustomError("crs-metric", "crs")
    return crs


def _known_encoding(name: str) -> str:
    try:
        find_encoding(name)
    except ReadError:
        raise PydanticCustomError("encoding", "encoding") from None
    return name


class _Part(BaseModel):
    """A table of the settings file; keys that it does not know are refused."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True, str_strip_whitespace=True)


class ProjectInfo(_Part):
    """``[project]``: its name, its working CRS (empty until the first import), and where its store is."""

    name: Annotated[str, Field(min_length=1)]
    crs: Annotated[str, AfterValidator(_metric_crs)] = ""
    database: _Place = "project.gpkg"


class LayerSettings(_Part):
    """``[layers.NAME]``: how a layer was imported; ``columns`` leads from the standard column to the file's own."""

    path: _Place
    kind: Annotated[str, AfterValidator(_known_kind)]
    layer: str | None = None
    encoding: Annotated[str, AfterValidator(_known_encoding)] | None = None
    datum: Literal["wgs84", "cgcs2000", "gcj02", "bd09"] | None = None
    crs: Annotated[str, AfterValidator(_known_crs)] | None = None
    swap_xy: StrictBool = False
    mend_rings: StrictBool = True
    columns: dict[str, str] = {}

    @model_validator(mode="after")
    def _columns_of_the_kind(self) -> "LayerSettings":
        known = ["id", *(field.name for field in schema_of(self.kind).fields), *PLACE_ROLES]
        for name in self.columns:
            if name not in known:
                facts = {"column": name, "kind": self.kind, "expected": ", ".join(known)}
                raise PydanticCustomError("standard-column", "column", facts)
        return self


class StandardSettings(_Part):
    """``[standard]``: the profile of size rules, and the numbers that local rules set otherwise."""

    profile: Annotated[str, Field(min_length=1)] = "national_2026"
    overrides: dict[str, _Number] = {}


class AuditSettings(_Part):
    """``[audit]``: tolerances that differ from the defaults (the audit knows their names and refuses others)."""

    tolerances: dict[str, _Number] = {}
    accepted: dict[str, Annotated[str, Field(min_length=1)]] = {}


class ProposalSettings(_Part):
    """``[proposals]``: what the search for plans is asked; the same seed gives the same plans."""

    n_communities: _Count | tuple[_Count, _Count] | None = None
    balance: Annotated[str, Field(min_length=1)] = "households"
    minimum: _Positive | None = None
    maximum: _Positive | None = None
    objective: Literal["perimeter", "cut_edges"] = "perimeter"
    alternatives: Annotated[int, Field(ge=1, le=50, strict=True)] = 6
    time_limit_s: Annotated[float, Field(gt=0, le=_LONGEST_SEARCH_S, allow_inf_nan=False, strict=True)] = 30.0
    seed: Annotated[int, Field(ge=0, le=_LARGEST_SEED, strict=True)] = 0

    @model_validator(mode="after")
    def _bounds_in_order(self) -> "ProposalSettings":
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError("minimum > maximum")
        if isinstance(self.n_communities, tuple) and self.n_communities[0] > self.n_communities[1]:
            raise ValueError("n_communities: low > high")
        return self


class ProjectSettings(_Part):
    """All of ``quhua.toml``."""

    project: ProjectInfo
    layers: dict[str, LayerSettings] = {}
    standard: StandardSettings = Field(default_factory=StandardSettings)
    audit: AuditSettings = Field(default_factory=AuditSettings)
    proposals: ProposalSettings = Field(default_factory=ProposalSettings)

    @property
    def name(self) -> str:
        """The project's name."""
        return self.project.name


def new_toml(settings: ProjectSettings) -> str:
    """Write the settings file of a new project, with a comment on each setting."""
    template = files("gis").joinpath("quhua.template.toml").read_text(encoding="utf-8")
    return updated_toml(template, settings)


def read_settings(path: Path) -> ProjectSettings:
    """Read and check a settings file.

    Raises
    ------
    ProjectError
        ``settings-invalid``: every fault, each with the key that it stands at.
    """
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8"))
        return ProjectSettings.model_validate(document.unwrap())
    except ValidationError as error:
        faults = _faults(error)
    except (TOMLKitError, UnicodeDecodeError) as error:
        faults = [Text(f"不是有效的 TOML 文件（{error}）", f"not a TOML file ({error})")]
    reason = Text(";".join(fault.zh for fault in faults), "; ".join(fault.en for fault in faults))
    raise ProjectError("settings-invalid", path=path, reason=reason)


def updated_toml(text: str, settings: ProjectSettings) -> str:
    """Write settings into the text of a settings file; comments, order and what did not change stay as they are.

    A setting that has its default value, and does not stand in the file, is not added.
    """
    document = tomlkit.parse(text)
    defaults = plain(ProjectSettings(project=ProjectInfo(name="-")))
    defaults["layers"] = {name: {"swap_xy": False, "mend_rings": True} for name in settings.layers}
    _update(document, plain(settings), defaults)
    return tomlkit.dumps(document)


def plain(settings: ProjectSettings) -> dict[str, Any]:
    """Give settings as a dict of what TOML can hold: what is None is left out."""
    return settings.model_dump(mode="json", exclude_none=True)


def merged(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Carry what changed from ``base`` to ``mine`` over into ``theirs``, which somebody else may have edited meanwhile.

    Examples
    --------
    >>> merged({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 3})
    {'a': 2, 'b': 3}
    """
    result = {key: value for key, value in theirs.items() if key in mine or key not in base}
    for key, value in mine.items():
        before, now = base.get(key), theirs.get(key)
        if isinstance(value, Mapping) and isinstance(now, Mapping):
            result[key] = merged(before if isinstance(before, Mapping) else {}, value, now)
        elif value != before or key not in base:
            result[key] = value
    return result


def _update(table: Any, values: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
    for key in [key for key in table if key not in values]:
        del table[key]
    for key, value in values.items():
        if key not in table and value in (defaults.get(key), {}):
            continue
        if isinstance(value, Mapping):
            is_new = not isinstance(table.get(key), Mapping)
            if is_new:
                table[key] = tomlkit.inline_table() if key in _INLINE else tomlkit.table()
            below = defaults.get(key)
            _update(table[key], value, below if isinstance(below, Mapping) else {})
            if is_new and key not in _INLINE:
                table[key].add(tomlkit.nl())
        elif key not in table or table[key] != value:
            table[key] = value


def _faults(error: ValidationError) -> list[Text]:
    """Say in words what pydantic found: one sentence for each key."""
    found: dict[str, Text] = {}
    for fault in error.errors():
        steps = [str(step) for step in fault["loc"] if not str(step).startswith(_PYDANTIC_STEPS)]
        found.setdefault(".".join(steps), _sentence(steps, fault))
    return list(found.values())


def _sentence(steps: list[str], fault: Any) -> Text:
    key, limits = ".".join(steps), dict(fault.get("ctx", {}))
    if fault["type"] == "extra_forbidden":
        known = listed(_keys_at(steps[:-1]), limit=20)
        return Text(f"没有设置项 {key}；可用：{known.zh}", f"there is no setting {key}; known are {known.en}")
    if fault["type"] == "missing":
        return Text(f"缺少设置项 {key}", f"setting {key} is missing")
    if fault["type"] == "value_error":
        return Text(f"{key} 自相矛盾：{limits['error']}", f"{key} contradicts itself: {limits['error']}")
    if fault["type"] == "standard-column":
        key = ".".join([*steps, "columns", limits["column"]])
        needed = what_is_needed(fault)
        return Text(f"没有设置项 {key}；应为{needed.zh}", f"there is no setting {key}; {needed.en} is needed")
    given, needed = repr(fault["input"])[:60], what_is_needed(fault)
    return Text(
        f"设置项 {key} 的值 {given} 不可用，应为{needed.zh}", f"setting {key} is {given}, but {needed.en} is needed"
    )


def _keys_at(above: list[str]) -> list[str]:
    """Name the settings that a table may hold."""
    model: Any = ProjectSettings
    for name in above:
        if name in model.model_fields:
            annotation = model.model_fields[name].annotation
            model = LayerSettings if name == "layers" else annotation
    return list(model.model_fields)
