"""Drawings of the example places, kept as their hosts' photos are: two of each place.

Apart from ``seed``, since they take a second or two and nothing else depends on them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from livinglab.adapters import sketch
from livinglab.db.tables import User
from livinglab.services import photos
from livinglab.services.accounts import principal_for
from livinglab.services.demo.people import DOMAIN
from livinglab.services.demo.scenes import scene
from livinglab.services.photos import Given

if TYPE_CHECKING:
    from livinglab.services.work import Work

LIMIT = 10_000_000
WHOLE = {"en": "Drawing: {}", "fi": "Piirros: {}", "sv": "Teckning: {}"}
CLOSER = {
    "en": "Drawing from nearer: {}",
    "fi": "Piirros lähempää: {}",
    "sv": "Teckning på närmare håll: {}",
}
SEEN = {
    "assembly": {
        "en": "four work benches, a robot arm on each",
        "fi": "neljä työpöytää, kullakin robottikäsivarsi",
        "sv": "fyra arbetsbänkar med var sin robotarm",
    },
    "amr_agv_fleets": {
        "en": "pallets in two rows, three mobile robots with their loads",
        "fi": "kuormalavoja kahdessa rivissä, kolme mobiilirobottia kuormineen",
        "sv": "pallar i två rader, tre mobila robotar med last",
    },
    "surface_inspection": {
        "en": "a belt under two cameras, three racks of computers",
        "fi": "hihna kahden kameran alla, kolme tietokonekaappia",
        "sv": "ett band under två kameror, tre datorskåp",
    },
    "assistive_robots": {
        "en": "a flat with bed, table and kitchen, an assistive robot in the middle",
        "fi": "asunto, jossa on sänky, pöytä ja keittiö, keskellä avustava robotti",
        "sv": "en lägenhet med säng, bord och kök, en assisterande robot i mitten",
    },
    "hospital_transport": {
        "en": "a long corridor with four doors, a bed and a transport robot",
        "fi": "pitkä käytävä, neljä ovea, sänky ja kuljetusrobotti",
        "sv": "en lång korridor med fyra dörrar, en säng och en transportrobot",
    },
    "collision_avoidance": {
        "en": "screens around the consoles of a ship's bridge",
        "fi": "näyttöjä laivan komentosillan ohjauspöytien ympärillä",
        "sv": "skärmar runt manöverborden på en fartygsbrygga",
    },
    "autonomous_vessels": {
        "en": "a small vessel on open water between four buoys",
        "fi": "pieni alus avovedellä neljän poijun välissä",
        "sv": "ett litet fartyg på öppet vatten mellan fyra bojar",
    },
    "autonomous_yard_vehicles": {
        "en": "stacked containers, a conveyor, a vehicle without a driver",
        "fi": "pinottuja kontteja, kuljetin, ajoneuvo ilman kuljettajaa",
        "sv": "staplade containrar, en transportör, ett fordon utan förare",
    },
    "thermal_inspection": {
        "en": "a ladle under the crane, a furnace, four moulds",
        "fi": "senkka nosturin alla, uuni, neljä muottia",
        "sv": "en skänk under kranen, en ugn, fyra formar",
    },
    "leak_inspection": {
        "en": "four tanks joined by a pipe, an inspection robot",
        "fi": "neljä putkella yhdistettyä säiliötä, tarkastusrobotti",
        "sv": "fyra tankar förbundna med ett rör, en inspektionsrobot",
    },
    "scrap_sorting": {
        "en": "three bays of sorted scrap, a belt with a robot arm",
        "fi": "kolme lokeroa lajiteltua romua, hihna ja robottikäsivarsi",
        "sv": "tre fack med sorterat skrot, ett band med en robotarm",
    },
    "screw_removal": {
        "en": "four benches for battery packs, a robot arm on each",
        "fi": "neljä pöytää akuille, kullakin robottikäsivarsi",
        "sv": "fyra bänkar för batteripaket med var sin robotarm",
    },
    "robot_welding": {
        "en": "a steel section between two welding robots",
        "fi": "teräslohko kahden hitsausrobotin välissä",
        "sv": "en stålsektion mellan två svetsrobotar",
    },
    "indoor_stock_count": {
        "en": "a cage of nets with a drone, another drone and a rover outside",
        "fi": "verkkohäkissä drooni, ulkopuolella toinen drooni ja maarobotti",
        "sv": "en nätbur med en drönare, utanför en till och en markrobot",
    },
}
"""By the first thing that a place can test: what is to be seen."""


def illustrate(work: Work) -> int:
    """Draw the example places, as the example coordinator; how many drawings were made."""
    made = 0
    session, today = work.session, work.world.today(work.now)
    user = session.scalars(select(User.id).where(User.email == f"coordinator@{DOMAIN}")).one()
    theirs = replace(work, actor=principal_for(session, user, on=today))
    for slug, place in work.world.places(session).facilities.items():
        drawn = scene(place.facility)
        if drawn is None:
            continue
        seen = SEEN[place.facility.capabilities[0].code]
        for near, words in ((None, WHOLE), (drawn.near, CLOSER)):
            shown = photos.picture(sketch.draw(drawn.ground, drawn.things, near), LIMIT)
            alt = {code: words[code].format(text) for code, text in seen.items()}
            photos.add(theirs, slug, shown, Given("photo", alt))
            made += 1
    return made
