"""Plans open on the desk: each evaluated once, then from stroke to stroke, for as many readers and writers as come."""

from dataclasses import dataclass
from typing import Any

from api.memory import Memory
from api.workflow.common import layers_of, needed, standard_of
from api.workflow.proposing import barriers_of, crossings_of
from boundaries import build_graph, build_units
from boundaries.drafts import DraftGround, DraftState, Line, Standing, build_ground, evaluate, standing_of
from boundaries.drafts.standing import DEEDS
from gis.kinds import Kind
from gis.project import Project
from gis.store import Entity, LoggedEdit, Version, read_log

__all__ = ["Desk", "OpenPlan", "line_of"]

_GROUNDS, _PLANS = 2, 64


@dataclass(frozen=True, eq=False)
class OpenPlan:
    """A version of a plan, evaluated: which version, what its document says, where its log stands.

    ``key`` tells the state of layers and settings that it was evaluated on.
    """

    key: tuple[object, ...]
    version: Version
    document: dict[str, Any]
    ground: DraftGround
    state: DraftState
    standing: Standing


class Desk:
    """Keeps the ground of the project and the versions of plans that were asked for last. Safe between threads."""

    def __init__(self) -> None:
        self._grounds = Memory(_GROUNDS)
        self._plans = Memory(_PLANS)

    def ground(self, project: Project) -> DraftGround:
        """Give the ground that the project's plans are drawn on, made anew when a layer or the standard changes.

        Raises
        ------
        ProjectError
            ``layer-needed``: the project has no units.
        UnitsError, UsageError
            The layers make no units, or there are two of a kind.
        """
        return self._grounds.recall(_ground_key(project), lambda: _ground(project))

    def open(self, project: Project, name: str, *, version: int | None = None) -> OpenPlan:
        """Open a plan at its newest version, or at an older one.

        Raises
        ------
        StoreError
            ``item-not-found``, ``item-deleted``, ``version-not-found``.
        PlanError
            ``units-unknown`` or ``units-unassigned``: the plan is not of the project's units of today.
        """
        if version is None:
            found = project.store.latest(name, entity=Entity.PLAN)
        else:
            found = project.store.load_plan(name, version=version)[2]
        return self.open_found(project, found)

    def open_found(self, project: Project, found: Version) -> OpenPlan:
        """Open a version of a plan that was found already; raises what :meth:`open` raises."""
        key = _ground_key(project)
        return self._plans.recall((key, found.content_hash, found.id), lambda: self._opened(project, found, key))

    def put(self, opened: OpenPlan) -> OpenPlan:
        """Keep a version that an edit has just made, so that nobody needs to load it."""
        version = opened.version
        return self._plans.recall((opened.key, version.content_hash, version.id), lambda: opened)

    def _opened(self, project: Project, version: Version, key: tuple[object, ...]) -> OpenPlan:
        assignment, document, _ = project.store.load_plan(version.name, version=version.number)
        ground = self._grounds.recall(key, lambda: _ground(project))
        log = read_log(project.store, version.name)
        standing = standing_of(line_of(edit) for edit in log if edit.version.number <= version.number)
        return OpenPlan(key, version, document, ground, evaluate(assignment, ground), standing)


def line_of(edit: LoggedEdit) -> Line:
    """Give a line of the store's log as the rules see it."""
    deed = edit.deed if edit.deed in DEEDS else "save"
    return Line(edit.version.number, deed, edit.target, edit.version.parameters)


def _ground_key(project: Project) -> tuple[object, ...]:
    return (str(project.folder), project.store.state(Entity.LAYER), project.settings.model_dump_json())


def _ground(project: Project) -> DraftGround:
    layers = layers_of(project)
    needed(layers, Kind.UNITS)
    units = build_units(layers)
    barriers = barriers_of(layers)
    ways = None
    if barriers is not None:
        ways = build_graph(units, barriers=barriers, crossings=crossings_of(layers, barriers))
    today = layers.get(Kind.COMMUNITIES)
    names = {} if today is None or "name" not in today.columns else today["name"].dropna().astype(str).to_dict()
    return build_ground(
        units,
        build_graph(units),
        standard=standard_of(project),
        ways=ways,
        layers=layers,
        balance=project.settings.proposals.balance,
        names=names,
    )
