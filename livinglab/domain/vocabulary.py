"""Closed lists of codes used in pages, API and stored data, with the name people read.

Robot kinds follow ISO 8373 terms; conformity follows Regulation (EU) 2023/1230 (machinery) and
2019/945 (unmanned aircraft classes).
"""

from __future__ import annotations

from livinglab.domain.messages import N_

LANGUAGES = ("en", "fi", "sv")
"""BCP 47 tags of the languages spoken here; English is always there."""

FACILITY_KINDS: dict[str, str] = {
    "lab": N_("Lab"),
    "hall": N_("Hall"),
    "living_lab": N_("Living lab"),
    "site": N_("Industrial site"),
    "simulator": N_("Simulator"),
    "sea_area": N_("Sea area"),
    "pilot_plant": N_("Pilot plant"),
    "outdoor": N_("Outdoor area"),
}

FOCUS_AREAS: dict[str, str] = {
    "automation_robotics": N_("Automation and robotics"),
    "technology_metals": N_("Technology metals and circular economy"),
    "sote": N_("Health and social services"),
}

ARTICLE_KINDS: dict[str, str] = {
    "industrial_robot": N_("Industrial robot"),
    "collaborative_robot": N_("Collaborative robot"),
    "mobile_robot": N_("Mobile robot"),
    "mobile_manipulator": N_("Mobile manipulator"),
    "service_robot": N_("Service robot"),
    "legged_robot": N_("Legged robot"),
    "ground_vehicle": N_("Ground vehicle"),
    "aerial_vehicle": N_("Aerial vehicle"),
    "surface_vessel": N_("Surface vessel"),
    "crawler": N_("Crawler"),
    "gripper": N_("Gripper"),
    "vision_system": N_("Vision system"),
    "software": N_("Software"),
    "other": N_("Other"),
}

CONFORMITIES: dict[str, str] = {
    "ce": N_("CE marked"),
    "partly_completed": N_("Partly completed machinery"),
    "prototype": N_("Prototype"),
    "uas_class": N_("Drone with a class mark"),
    "not_applicable": N_("Not applicable"),
}

AI_RISKS: dict[str, str] = {
    "minimal": N_("Minimal risk"),
    "limited": N_("Limited risk"),
    "high": N_("High risk"),
}
"""Classes of Regulation (EU) 2024/1689, as the firm sees its own system."""

PEOPLE_NEAR: dict[str, str] = {
    "none": N_("Nobody"),
    "operators": N_("Own people and the host’s"),
    "staff": N_("Care staff"),
    "volunteers": N_("Volunteers"),
    "residents": N_("Residents"),
    "patients": N_("Patients"),
    "visitors": N_("Visitors from the public"),
}
"""Who is around the test article, from nobody to those who need most care."""

USES: dict[str, str] = {
    "lab": N_("Tested in a lab"),
    "demonstration": N_("Shown to others"),
    "in_service": N_("Used in the host’s work"),
}
"""What happens with it: research, fairs and service fall under different rules of machinery."""

LANES: dict[str, str] = {
    "fast": N_("Fast lane"),
    "standard": N_("Standard lane"),
    "enhanced": N_("Enhanced lane"),
}

OWNER_ROLES: dict[str, str] = {
    "facility_manager": N_("Facility manager"),
    "safety_owner": N_("Safety owner"),
    "ethics": N_("Ethics contact"),
    "data_protection": N_("Data protection contact"),
    "hygiene": N_("Hygiene nurse"),
    "environment": N_("Environment officer"),
    "state_aid": N_("State aid officer"),
    "air": N_("Air coordinator"),
    "coordinator": N_("Coordinator"),
}
PEOPLE_ROLES: dict[str, str] = {
    "member": N_("Member"),
    "company_admin": N_("Company admin"),
    **OWNER_ROLES,
    "staff": N_("Staff"),
    "admin": N_("Admin"),
}
"""Everything somebody may be in a company or at a host."""

BLOCK_KINDS: dict[str, str] = {
    "closure": N_("Closed"),
    "maintenance": N_("Maintenance"),
    "outage": N_("Outage"),
    "vessel_call": N_("Vessel call"),
    "teaching": N_("Teaching"),
    "exercise": N_("Military exercise"),
}

TRIGGERS: dict[str, str] = {
    "always": N_("always"),
    "people_in_view": N_("if people are filmed"),
    "mixed_traffic": N_("if people or forklifts share the hall"),
    "hot_work": N_("for hot work"),
    "new_materials": N_("for new materials"),
    "not_open_category": N_("if flying outside the open category"),
    "noisy": N_("for loud tests"),
}
"""When an approver, a paper or a shared thing is needed; answered by the test article."""

MOVES_MADE: dict[str, str] = {
    "create": N_("began the draft"),
    "change": N_("changed the request"),
    "attach": N_("added a paper"),
    "detach": N_("removed a paper"),
    "refuse-paper": N_("did not accept a paper"),
    "name people": N_("named people who come"),
    "change people": N_("changed who comes"),
    "remove people": N_("took somebody off the list of who comes"),
    "submit": N_("sent the request"),
    "approve": N_("passed a gate"),
    "reject": N_("declined"),
    "request-info": N_("asked for more"),
    "offer": N_("offered a time"),
    "accept": N_("accepted the offer"),
    "decline": N_("did not take the offer"),
    "withdraw-offer": N_("took an offer back"),
    "waitlist": N_("put it on the waiting list"),
    "withdraw": N_("withdrew the request"),
    "cancel": N_("cancelled the stay"),
    "reschedule": N_("moved the stay"),
    "fulfil": N_("noted that a condition is met"),
    "mark-ready": N_("marked it as ready"),
    "check-in": N_("checked the firm in"),
    "suspend": N_("suspended the test"),
    "resume": N_("resumed the test"),
    "complete": N_("marked it as completed"),
    "close": N_("closed the case"),
    "no-show": N_("noted that the firm did not arrive"),
    "expire": N_("let it expire"),
    "escalate": N_("brought a late gate before the coordinator"),
    "renew-hold": N_("kept the held time once more"),
    "free-hold": N_("gave back time held without a decision"),
    "reinstate": N_("took it up again"),
    "take-back": N_("took the decision back"),
}
"""What somebody did to a pilot, by the audit row's action; the person's name stands before it."""

EDITS_MADE: dict[str, str] = {
    "import": N_("imported it"),
    "edit": N_("changed it"),
    "undo": N_("took a change back"),
    "rename": N_("renamed its site"),
    "publish": N_("put it into the catalogue"),
    "withdraw": N_("took it out of the catalogue"),
    "delete": N_("deleted the draft"),
}
"""What somebody did to a facility; the person's name stands before it."""
