"""For whom a change set is applied, and what they may do: nobody learns by writing.

What a writer may not see is to them as if it were not there: an unknown record, an unknown target,
a name that is free, no hindrance. Where the directory could not keep its own rules so, only a
writer who may see everything that the rule looks at may write (``Kind.is_judged_against_all``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from directory.changes.errors import NotYoursError
from directory.changes.steps import Step
from directory.errors import Fault
from directory.policy import DIRECTORY, Label, Tlp, Viewer, may_approve, may_see, may_write


def _nobody_does(record: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Writer:
    """For whom a change set is applied.

    Attributes:
        viewer: What they may see.
        may: What they may write.
        meets: Whether a second person stands behind what happens to a record, by its id.
    """

    viewer: Viewer
    may: Callable[[Viewer, Label], bool]
    meets: Callable[[str], bool] = _nobody_does

    def sees(self, label: Label) -> bool:
        """Whether the writer may see a record with this label."""
        return may_see(self.viewer, label)

    def sees_step(self, step: Step) -> bool:
        """Whether the writer may see the record as it is before the step; a new one they do."""
        return step.before is None or self.sees(Label.of(step.before.document))


def author(viewer: Viewer) -> Writer:
    """Who writes for themselves: an owner's editor."""
    return Writer(viewer, may_write)


def reporter(viewer: Viewer) -> Writer:
    """Who reports a check: everybody who may see the channel, under the channel's own label."""
    return Writer(viewer, may_see)


def second_person(viewer: Viewer) -> Writer:
    """Who decides on what somebody else proposed."""
    return Writer(viewer, may_approve, meets=lambda record: True)


def proposer(viewer: Viewer) -> Writer:
    """Who proposes: everybody, for records and under labels that they may see."""
    return Writer(viewer, may_see)


def carrier(viewer: Viewer, meets: Callable[[str], bool]) -> Writer:
    """Who applies what others have approved: each of them for records they may decide on."""
    return Writer(viewer, may_see, meets)


def refuse_foreign(writer: Writer, steps: Sequence[Step], named: set[str]) -> None:
    """Refuse what the writer may not write, before and after it alike.

    Args:
        writer: Who writes.
        steps: What the change set does.
        named: Ids of the records that its operations name; others go along with these.

    Raises:
        NotYoursError: One fault per record; every one of them is known to the writer.
    """
    faults = [fault for step in steps if step.id in named for fault in _faults(writer, step)]
    if faults:
        raise NotYoursError("Nothing was written: this is not yours to write.", *faults)


def _faults(writer: Writer, step: Step) -> Iterator[Fault]:
    place = f"{step.kind.name}/{step.id}"
    label = Label.of(step.record)
    if step.before is not None and not writer.may(writer.viewer, Label.of(step.before.document)):
        yield Fault(place, _whose(label.owner))
    elif not writer.sees(Label(label.marking, frozenset(), label.owner)):
        yield Fault(f"{place}#/marking", _too_narrow(writer.viewer, label))
    elif not writer.may(writer.viewer, label):
        yield Fault(f"{place}#/owner", _whose(label.owner))
    elif step.kind.is_judged_against_all and not _sees_all(writer.viewer, label.owner):
        yield Fault(
            place,
            f"a {step.kind.name} is judged against every other, those marked RED included, so"
            " only a coordinator cleared for RED writes one; propose it to one of them",
        )


def _sees_all(viewer: Viewer, owner: str) -> bool:
    return viewer.clearance is Tlp.RED and owner in viewer.editor_of


def _whose(owner: str) -> str:
    if owner == DIRECTORY:
        return "belongs to the directory: its coordinators write it"
    return f"belongs to {owner}: its editors write it"


def _too_narrow(viewer: Viewer, label: Label) -> str:
    if label.marking is Tlp.RED and label.owner not in viewer.editor_of:
        return f"what is marked RED is seen and written by {label.owner}'s editors alone"
    cleared = "nothing" if viewer.clearance is None else viewer.clearance.label
    return f"you are cleared for {cleared} and mark nothing above it"
