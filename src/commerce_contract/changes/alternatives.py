"""Whether the values of a form find their place among the alternatives of another schema."""

from collections.abc import Iterator, Sequence

from commerce_contract.changes.escape import Escape, Judge, Kind, Path
from commerce_contract.changes.form import Form
from commerce_contract.changes.groups import Group, disjoint, groups_of
from commerce_contract.schema import Schema


def alternatives(judge: Judge, form: Form, group: Group, outer: Schema, path: Path) -> Sequence[Escape]:
    """The ways out of a form's values through a list of alternatives; empty where each value finds its own."""
    if _same_group(judge, form, group):
        return ()
    if group.unclear:
        return (_nowhere(form, group, path, decided=False),)
    if group.chosen is not None:
        return tuple(_by_value(judge, form, group, path))
    if _fits(judge, form, group, path):
        return ()
    if len(form.atoms) > 1:
        kinds = (form.only(atom) for atom in sorted(form.atoms))
        return tuple(escape for kind in kinds for escape in alternatives(judge, kind, group, outer, path))
    return tuple(_why(judge, form, group, path))


def _same_group(judge: Judge, form: Form, group: Group) -> bool:
    """Whether the form comes out of the same alternatives."""
    if group.unclear:
        return False
    return any(
        own.keyword == group.keyword
        and own.chooser == group.chooser
        and (own.chosen or {}).keys() == (group.chosen or {}).keys()
        and len(own.branches) == len(group.branches)
        and all(map(judge.same, own.branches, group.branches))
        and all(judge.same(branch, (group.chosen or {})[value]) for value, branch in (own.chosen or {}).items())
        for own in groups_of(form.schema, form.sites)
    )


def _by_value(judge: Judge, form: Form, group: Group, path: Path) -> Iterator[Escape]:
    """Each value of the discriminator chooses its branch."""
    chosen = group.chosen or {}
    if form.atoms != {"object"} or group.chooser not in form.required:
        yield _nowhere(form, group, path, decided=not form.partial)
        return
    values = form.values_of(group.chooser)
    if values is None:
        yield _nowhere(form, group, path, decided=False)
        return
    for value in values:
        if value not in chosen:
            yield Escape(
                Kind.VALUES, "discriminator", (*path, group.chooser), form.where("discriminator"), group.location,
                values=(value,),
            )  # fmt: skip
        else:
            one = Form(form.schema, form.sites, {**form.fixed, group.chooser: (value,)}, form.excluded, form.partial)
            yield from judge.from_form(one, chosen[value], path)


def _fits(judge: Judge, form: Form, group: Group, path: Path) -> bool:
    return any(
        not judge.from_form(form, branch, path) and (not group.exclusive or _alone(judge, form, branch, group))
        for branch in group.branches
    )


def _alone(judge: Judge, form: Form, branch: Schema, group: Group) -> bool:
    """Whether no value of the form satisfies a branch of a `oneOf` besides this one."""
    return all(other is branch or _never(judge, form, other) for other in group.branches)


def _never(judge: Judge, form: Form, branch: Schema) -> bool:
    """Whether no value of the form satisfies a branch, for sure."""
    if any(not judge.between(branch, excluded, ()) for excluded in form.excluded):
        return True
    return all(disjoint(form, other) for other in judge.forms(branch))


def _why(judge: Judge, form: Form, group: Group, path: Path) -> Iterator[Escape]:
    """Why a form finds no place: what the only branch says that could take it, else that there is none."""
    open_to = [branch for branch in group.branches if not _never(judge, form, branch)]
    if len(open_to) == 1:
        yield from judge.from_form(form, open_to[0], path)
    else:
        yield _nowhere(form, group, path, decided=not open_to)


def _nowhere(form: Form, group: Group, path: Path, *, decided: bool) -> Escape:
    return Escape(Kind.RULE, group.keyword, path, form.where(group.keyword), group.location, decided=decided)
