"""What must come before an erasure, who may ask for one, and what a restored backup needs."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from livinglab.adapters.erasures import LIST
from livinglab.db.tables import Audit, Membership, Pilot, User
from livinglab.domain.errors import InvalidInput, NotFound
from livinglab.services import erasure, freezing
from tests.factories import PASSWORD
from tests.farewell import EMAIL, Scene, everything


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


# --- What must come first --------------------------------------------------------------------


@pytest.mark.parametrize("state", ["in_progress", "suspended"])
def test_who_answers_for_a_pilot_in_progress_stays_known(scene, make, state):
    make.pilot(scene.firm, scene.ada, state=state)
    assert scene.refused() == ["in_progress"]


def test_the_last_admin_of_a_company_with_people_names_another_first(scene, make):
    member = make.user("cy@sierra.example", scene.firm)
    scene.erase("bob@sierra.example")
    assert scene.refused() == ["last_admin"]
    make.add(Membership(user_id=member.id, organisation_id=scene.firm.id, role="company_admin"))
    scene.erase()


def test_the_last_admin_of_the_living_lab_names_another_first(scene, make):
    lab = make.host("lab")
    make.user("root@lab.example", lab, "admin")
    assert scene.refused("root@lab.example") == ["last_admin"]
    make.user("root2@lab.example", lab, "admin")
    scene.erase("root@lab.example")


def test_with_the_last_person_of_a_company_its_drafts_go(scene, make):
    scene.erase("bob@sierra.example")
    make.pilot(scene.firm, scene.ada)
    done = make.pilot(scene.firm, scene.ada, state="completed")
    scene.erase()
    assert [(row.ref, row.created_by_id) for row in make.all(select(Pilot))] == [
        (done.ref, scene.ada.id)
    ]


def test_nobody_leaves_a_request_behind_that_no_one_could_go_on_with(scene, make):
    scene.erase("bob@sierra.example")
    make.pilot(scene.firm, scene.ada, state="submitted")
    assert scene.refused() == ["nobody_left"]


def test_a_place_that_names_the_address_gets_another_contact_first(scene, make):
    contact = {"role": {"en": "Manager"}, "email": EMAIL, "phone": None}
    make.facility(make.host("yard"), "fac-02", contact=contact)
    assert scene.refused() == ["contact"]


def test_example_accounts_and_frozen_records_are_left_alone(scene, make, app):
    make.user("c01@demo.example", scene.firm, is_example=True)
    assert scene.refused("c01@demo.example") == ["example_account"]
    with app.app_context(), scene.work() as work:
        freezing.freeze(work, on=True)
    assert scene.refused() == ["frozen"]
    with app.app_context(), scene.work() as work:
        freezing.freeze(work, on=False)
    scene.erase()
    assert scene.refused(f"former-person-{scene.ada.id}@erased.invalid") == ["erased"]


def test_a_refusal_changes_nothing_and_lists_nobody(scene, make, app):
    make.pilot(scene.firm, scene.ada, state="in_progress")
    before = everything(make)
    scene.refused()
    assert everything(make) == before
    assert not (Path(app.instance_path) / LIST).exists()


def test_nobody_of_that_address_cannot_be_erased(scene):
    with pytest.raises(NotFound):
        scene.erase("nobody@sierra.example")


# --- One's own --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "password", "code"),
    [
        ("bob@sierra.example", PASSWORD, "other_email"),
        (EMAIL, "wrong", "wrong_password"),
        (EMAIL, None, "wrong_password"),
    ],
)
def test_only_who_knows_address_and_password_erases_themselves(
    scene, make, app, email, password, code
):
    with app.app_context(), pytest.raises(InvalidInput) as refusal, scene.work(scene.ada) as work:
        erasure.erase_own(work, email, password)
    assert [problem.code for problem in refusal.value.problems] == [code]
    assert make.reload(scene.ada).erased_at is None


def test_who_erased_themselves_is_noted_as_nobody_known(scene, make, app):
    with app.app_context(), scene.work(scene.ada) as work:
        erasure.erase_own(work, f" {EMAIL.upper()} ", PASSWORD)
    noted = make.all(select(Audit).where(Audit.action == "erase"))
    assert [(row.actor_id, row.object_ref) for row in noted] == [(scene.ada.id, str(scene.ada.id))]
    assert make.reload(scene.ada).erased_at == scene.clock()


# --- After a restore --------------------------------------------------------------------------


def to_erase_again(scene):
    with scene.app.app_context(), scene.work() as work:
        return [user.email for user in erasure.to_erase_again(work)]


def restore(scene, **values):
    """Put the person back as a backup from before would."""
    with scene.app.app_context(), scene.work() as work:
        row = work.session.get(User, scene.ada.id)
        row.email, row.erased_at = EMAIL, None
        for name, value in values.items():
            setattr(row, name, value)


def test_a_restored_backup_is_told_whom_to_erase_again(scene):
    scene.erase()
    assert to_erase_again(scene) == []
    restore(scene, created_at=scene.clock() - timedelta(days=1))
    assert to_erase_again(scene) == [EMAIL]
    restore(scene, email="renamed@sierra.example")
    assert to_erase_again(scene) == ["renamed@sierra.example"]


@pytest.mark.parametrize("since", ["created_at", "confirmed_at"])
def test_somebody_who_came_after_the_erasure_is_another(scene, since):
    scene.erase()
    restore(scene, **{since: scene.clock() + timedelta(days=1)})
    assert to_erase_again(scene) == []
