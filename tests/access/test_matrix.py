"""Every route, with every method, by every principal: what was declared is what happens.

The routes are those of the application; see ``registry`` for what a new one may need.
"""

import pytest

from livinglab.web.access import policy
from livinglab.web.limits import LIMITS
from tests.access.calls import expected, normalised, refusal
from tests.access.registry import Address, is_safe, methods, readings
from tests.access.world import COOKIES, NOBODY, PRINCIPALS

OPEN = {
    "pilots.detail",
    "api_pilots.show_pilot",
    "photos.manage",
    "hosting.overview",
    "hosting_versions.listing",
    "hosting_versions.show",
    "facility.detail",
    "figures.of_facility",
    "api_facilities.show_facility",
}
"""Pages of single objects that open in every state of theirs."""
FEWEST = 60
"""Addresses at which anybody signed in may do something, at least."""


def every_call(callers, principal):
    """(rule, method, address) of everything the principal may try."""
    for rule in callers.app.url_map.iter_rules():
        api = rule.rule.startswith("/api/")
        if not api and principal not in COOKIES and principal != "anonymous":
            continue  # pages do not read bearers: the next test tells
        for method in methods(rule):
            for reading in readings(rule):
                yield rule, method, Address(callers.world, rule, reading), api


def test_every_route_says_who_may(lab):
    silent = [r.rule for r in lab.app.url_map.iter_rules() if policy(lab.app, r.endpoint) is None]
    assert silent == []


def test_every_parameter_is_known(lab):
    for rule in lab.app.url_map.iter_rules():
        assert readings(rule)


@pytest.mark.parametrize("principal", PRINCIPALS)
def test_what_is_declared_is_what_happens(lab, principal):
    wrong = []
    for rule, method, address, api in every_call(lab, principal):
        wanted = expected(lab.app, rule.endpoint, principal, api=api, method=method)
        closed = address.closed_to(principal)
        if wanted == "open" and not closed and not is_safe(method):
            continue  # it would be done
        held = lab.world.content if rule.endpoint in LIMITS else lab.world.version
        path, before = address.fill(), held()
        answer = lab.call(principal, method, path, rule.endpoint)
        found = refusal(answer)
        if wanted == "open" and closed:
            known = all(address.objects[name].known for name in closed)
            wanted = 403 if known and found == 403 else 404
            if not known:
                missing = address.fill(**dict.fromkeys(closed, "missing"))
                other = lab.call(principal, method, missing, rule.endpoint)
                if normalised(answer, path) != normalised(other, missing):
                    wrong.append((method, path, "differs from", missing))
        if found == 303 and "public" in (policy(lab.app, rule.endpoint) or ()):
            found = "open"  # a step of signing in that goes back to its first
        if found != wanted and (wanted, found) != ("open", 404):
            wrong.append((method, path, f"{found} instead of {wanted}"))
        if answer.status_code >= 500:
            wrong.append((method, path, answer.status_code))
        if wanted != "open" and held() != before:
            wrong.append((method, path, "changed the database"))
    assert wrong == []
    assert lab.leaks.get(principal, []) == []


@pytest.mark.parametrize("principal", sorted(set(COOKIES) - NOBODY))
def test_nothing_is_done_without_the_form_token(lab, principal):
    """Another site's form or script is refused wherever the person themselves may do something."""
    done, tried, before = [], set(), lab.world.content()
    for rule, method, address, api in every_call(lab, principal):
        may = expected(lab.app, rule.endpoint, principal, api=api, method=method) == "open"
        if is_safe(method) or not may or (rule.endpoint, method) in tried:
            continue
        tried.add((rule.endpoint, method))
        path = address.fill()
        answer = lab.call(principal, method, path, rule.endpoint, form_token=False)
        if answer.status_code not in {400, 403}:
            done.append((method, path, answer.status_code))
    assert done == []
    assert len(tried) >= FEWEST
    assert lab.world.content() == before


def test_what_is_ones_own_is_there(lab):
    """The matrix would be green if everything answered 404: pages of own objects open."""
    closed = []
    for principal in PRINCIPALS:
        for rule, method, address, api in every_call(lab, principal):
            if rule.endpoint not in OPEN or method != "GET" or address.closed_to(principal):
                continue
            if expected(lab.app, rule.endpoint, principal, api=api, method=method) == "open":
                answer = lab.call(principal, "GET", address.fill())
                if answer.status_code not in {200, 303}:
                    closed.append((principal, address.fill(), answer.status_code))
    assert closed == []
