"""The audit chain: whoever changes it without the key is found out."""

import random
from dataclasses import replace

import pytest

from livinglab.domain.chain import (
    Anchor,
    Break,
    Count,
    Gap,
    Link,
    breaks,
    canonical,
    digest_of,
    mac_of,
    runs,
)

KEY = b"the key of these tests"
TAMPERINGS = 1_000


def sealed(number, *, key=KEY, first=1, before=""):
    """A chain of that many rows."""
    links = []
    for position in range(first, first + number):
        words = ("salt", {"note": f"said {position}"}) if position % 3 else None
        digest = words and digest_of(*words)
        facts = {"action": f"act-{position}", "actor_id": position % 5, "facts": {"n": [position]}}
        before = mac_of(key, before, {**facts, "position": position}, digest)
        links.append(Link(position, before, digest, facts, words))
    return links


def found(links, *, head=None, gaps=(), anchors=(), count=None):
    head = max((link.position for link in links), default=0) if head is None else head
    ways = {"head": head, "gaps": gaps, "anchors": anchors, "count": count}
    return list(breaks(KEY, sorted(links, key=lambda link: link.position), **ways))


def test_a_whole_chain_has_no_break():
    count = Count()
    links = sealed(9)
    assert found(links, count=count) == []
    assert (count.rows, count.removed, count.erased) == (9, 0, 0)
    assert (count.position, count.mac) == (9, links[-1].mac)


def test_no_rows_are_a_whole_chain():
    assert found([]) == []


def test_an_edited_row_is_one_break():
    links = sealed(9)
    links[3] = replace(links[3], facts={**links[3].facts, "action": "another"})
    assert found(links) == [Break("edited", 4, 4)]


def test_changed_words_are_found_and_erased_ones_counted():
    links = sealed(9)
    links[3] = replace(links[3], words=("salt", {"note": "never said"}))
    links[4] = replace(links[4], words=None)
    links[5] = replace(links[5], words=("salt", {"note": "added"}))
    count = Count()
    assert found(links, count=count) == [Break("words", 4, 4), Break("words", 6, 6)]
    assert count.erased == 1


def test_deleted_rows_are_one_break_for_each_hole():
    links = [link for link in sealed(9) if link.position not in {2, 3, 7}]
    assert found(links) == [
        Break("missing", 2, 3),
        *(Break("edited", position, position) for position in (4,)),
        Break("missing", 7, 7),
        Break("edited", 8, 8),
    ]


def test_a_cut_end_is_seen_by_the_head_and_by_an_anchor():
    links = sealed(9)
    assert found(links[:6], head=9) == [Break("cut", 7, 9)]
    assert found(links[:6], anchors=[Anchor(8, links[7].mac)]) == [Break("cut", 7, 8)]
    assert found(links, head=7) == [Break("head", 7, 9)]


def test_a_chain_made_again_with_the_key_differs_from_its_anchor():
    links = sealed(9)
    other = sealed(9, before="another beginning")
    assert found(links, anchors=[Anchor(5, links[4].mac)]) == []
    assert found(sealed(4) + sealed(5, first=5, before=other[3].mac)) == [Break("edited", 5, 5)]
    assert found(links, anchors=[Anchor(5, other[4].mac)]) == [Break("anchor", 5, 5)]


def test_removal_for_a_reason_is_no_break():
    links = sealed(12)
    macs = {link.position: link.mac for link in links}
    gone = {1, 2, 5, 6, 7}
    left = [link for link in links if link.position not in gone]
    gaps = runs((position, macs[position]) for position in sorted(gone))
    assert gaps == [Gap(1, 2, macs[2]), Gap(5, 7, macs[7])]
    count = Count()
    anchors = [Anchor(6, "within a gap"), Anchor(7, macs[7]), Anchor(9, macs[9])]
    assert found(left, gaps=gaps, anchors=anchors, count=count) == []
    assert (count.rows, count.removed) == (7, 5)
    assert found(left, gaps=gaps[:1]) == [Break("missing", 5, 7), Break("edited", 8, 8)]
    assert found(left, gaps=gaps, anchors=[Anchor(7, "another")]) == [Break("anchor", 7, 7)]


def test_gaps_that_touch_become_one():
    assert runs([(3, "c"), (4, "d"), (9, "i")], [Gap(5, 8, "h"), Gap(1, 1, "a")]) == [
        Gap(1, 1, "a"),
        Gap(3, 9, "i"),
    ]


def test_equal_values_are_written_the_same():
    assert canonical({"b": (1, 2), "a": {2: "ä"}}) == canonical({"a": {"2": "ä"}, "b": [1, 2]})


def edit(links, dice):
    at = dice.randrange(len(links))
    name = dice.choice(["action", "actor_id", "facts"])
    links[at] = replace(links[at], facts={**links[at].facts, name: "forged"})


def delete(links, dice):
    del links[dice.randrange(len(links))]


def swap(links, dice):
    one, two = dice.sample(range(len(links)), 2)
    a, b = links[one], links[two]
    links[one], links[two] = replace(b, position=a.position), replace(a, position=b.position)


def truncate(links, dice):
    del links[dice.randrange(len(links)) :]


def write_again(links, dice):
    """Edit a row and make every mac from there on again, without the key."""
    at = dice.randrange(len(links))
    edit_at = links[at]
    forged = {**edit_at.facts, "action": "forged"}
    links[at] = replace(edit_at, facts=forged)
    before = links[at - 1].mac if at else ""
    for index in range(at, len(links)):
        link = links[index]
        facts = {**link.facts, "position": link.position}
        before = mac_of(b"a guess", before, facts, link.digest)
        links[index] = replace(link, mac=before)


def put_words(links, dice):
    at = dice.randrange(len(links))
    links[at] = replace(links[at], words=("salt", {"note": "forged"}))


@pytest.mark.parametrize("tamper", [edit, delete, swap, truncate, write_again, put_words])
def test_a_thousand_tamperings_are_all_found(tamper):
    dice = random.Random(tamper.__name__)  # a test's dice, thrown the same each time
    whole = sealed(40)
    anchor = Anchor(40, whole[-1].mac)
    missed = []
    for _ in range(TAMPERINGS // 5):
        links = whole[: dice.randint(2, 40)] if tamper is not truncate else list(whole)
        end = Anchor(links[-1].position, links[-1].mac) if tamper is not truncate else anchor
        before = list(links)
        tamper(links, dice)
        assert links != before
        if not found(links, anchors=[end]):
            missed.append(links)
    assert missed == []
