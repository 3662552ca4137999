"""The guards of access, one a row: what is taken away, where, and the test that shall notice.

Each row: guard, module, what stands there once, what is put instead, test. See ``tests.sabotage``.
"""

MATRIX = "tests/access/test_matrix.py"
CANARIES = "tests/access/test_canaries.py"
RULES = "tests/domain/test_access.py"
SERVICES = "tests/services"
SIGN_IN = "tests/web/test_security.py"
FEEDS = "tests/web/test_feed_controls.py"
CALDAV = "tests/web/caldav/test_refusals.py"
HOSTILE = "tests/web/api/test_hostile.py"
FRESH = "tests/web/pages/test_fresh.py"
PHOTOS = "tests/web/pages/test_photos.py"
GUARDS = (
    (
        "undeclared or refused roles are let in",
        "livinglab/web/access.py",
        "if not allows(declared, who):",
        "if False:",
        f"{MATRIX} -k staff",
    ),
    (
        "strangers are let in",
        "livinglab/web/access.py",
        "    if who is None:\n        if is_api():",
        "    if who is None:\n        return None\n        if is_api():",
        f"{MATRIX} -k anonymous",
    ),
    (
        "a token that may only read writes",
        "livinglab/web/access.py",
        'if who.scope != "write" and request.method not in SAFE_METHODS:',
        "if False:",
        f"{MATRIX} -k read",
    ),
    (
        "lists and requests of other firms",
        "livinglab/db/queries/pilots.py",
        "return Pilot.company_id == who.organisation_id\n    sent =",
        "return true()\n    sent =",
        f"{CANARIES} -k outsider",
    ),
    (
        "internal notes of hosts: pages, files and calls",
        "livinglab/db/queries/conversation.py",
        "return and_(visible_to(who), open_to, or_(~Comment.internal, notes))",
        "return and_(visible_to(who), open_to)",
        f"{CANARIES} -k 'notes or missing_ones'",
    ),
    (
        "internal notes of hosts: somebody who is of the firm, too",
        "livinglab/db/queries/conversation.py",
        "Pilot.company_id.not_in(who.companies) if who.is_host",
        "true() if who.is_host",
        f"{SERVICES}/test_conversation.py -k of_the_firm_too",
    ),
    (
        "internal notes of hosts: mails",
        "livinglab/db/queries/conversation.py",
        'theirs & ~Comment.internal if side == "company"',
        'theirs if side == "company"',
        f"{SERVICES}/test_conversation.py -k a_mail_to_the_firm",
    ),
    (
        "internal notes of hosts: written by hosts",
        "livinglab/services/conversation.py",
        "    if said.internal and not access.reads_notes(who, pilot.company_id):",
        "    if False:",
        f"{SERVICES}/test_conversation.py -k notes_of_hosts_are_for_hosts",
    ),
    (
        "who comes for a pilot: read by those who decide",
        "livinglab/services/participants.py",
        "if pilot is None or not sees_confidential(who, moves.facts_of(pilot)):",
        "if pilot is None:",
        f"{SERVICES}/test_participants.py",
    ),
    (
        "who comes for a pilot: named by its firm",
        "livinglab/services/participants.py",
        "    pilot = moves.open_pilot(work, ref, version, {By.COMPANY})",
        "    pilot = moves.open_pilot(work, ref, version, {By.COMPANY, By.HOST})",
        f"{SERVICES}/test_participants.py",
    ),
    (
        "who comes for another pilot",
        "livinglab/services/participants.py",
        "if row is None or row.pilot_id != pilot.id:",
        "if row is None:",
        f"{SERVICES}/test_participants.py",
    ),
    (
        "who comes for another firm's pilot",
        "livinglab/services/participants.py",
        "other = pilot_by_ref(work.session, source.strip(), work.actor)",
        "other = pilot_by_ref(work.session, source.strip())",
        f"{SERVICES}/test_participants.py",
    ),
    (
        "evidence of a pilot of others",
        "livinglab/services/moves.py",
        "    if not access.may_see_pilot(who, facts):\n        raise NotFound\n    if not any(",
        "    if not any(",
        "tests/web/api/test_papers.py::test_papers_of_others_are_not_there",
    ),
    (
        "moves of those whose move it is",
        "livinglab/services/moves.py",
        "    if not any(access.may_move(who, by, facts) for by in movers):",
        "    if False:",
        f"{SERVICES}/test_participants.py",
    ),
    (
        "evidence refused by those who decide",
        "livinglab/services/papers.py",
        "pilot = moves.open_pilot(work, ref, version, {By.GATE_OWNER})",
        "pilot = moves.open_pilot(work, ref, version, {By.GATE_OWNER, By.COMPANY})",
        f"{SERVICES}/test_evidence.py::test_a_refusal_needs_a_reason_and_somebody_who_decides",
    ),
    (
        "another company's library",
        "livinglab/services/library.py",
        "if row is None or row.company_id != who.organisation_id:",
        "if row is None:",
        f"{SERVICES}/test_library.py::test_nothing_of_it_is_there_for_others",
    ),
    (
        "a library is changed by people of the company",
        "livinglab/services/library.py",
        'if who.is_host or who.scope != "write":',
        "if False:",
        f"{SERVICES}/test_library.py::test_nothing_of_it_is_there_for_others",
    ),
    (
        "who edits the rules",
        "livinglab/services/rule_drafts.py",
        'not work.actor.has_any(EDITORS) or work.actor.scope != "write":',
        "False:",
        f"{SERVICES}/test_rule_drafts.py::test_only_coordinator_and_admin_change_the_rules",
    ),
    (
        "offers are accepted by the firm",
        "livinglab/domain/pilot.py",
        "Action.ACCEPT): Transition(_DECIDED, By.COMPANY",
        "Action.ACCEPT): Transition(_DECIDED, By.EITHER",
        f"{SERVICES}/test_offers.py::test_only_the_firm_answers",
    ),
    (
        "messages about confidential requests",
        "livinglab/domain/access.py",
        "return may_see_pilot(who, pilot) and (not confidential or sees_confidential(who, pilot))",
        "return may_see_pilot(who, pilot)",
        f"{MATRIX} -k staff",
    ),
    (
        "who writes to the other side",
        "livinglab/services/conversation.py",
        "    if not access.writes_messages(who, facts):\n        raise",
        "    if False:\n        raise",
        f"{SERVICES}/test_conversation.py -k confidential_pilots_messages",
    ),
    (
        "somebody else's message is not taken back",
        "livinglab/services/conversation.py",
        "if comment.author_id != who.user_id:",
        "if False:",
        f"{SERVICES}/test_conversation.py -k taken_back",
    ),
    (
        "facilities that others run",
        "livinglab/domain/access.py",
        'return who.scope == "write" and runs_facility(who, facility)',
        'return who.scope == "write"',
        f"{MATRIX} -k far",
    ),
    (
        "facilities that are not published",
        "livinglab/services/places.py",
        "place.published or sees_unpublished(who, slug)",
        "True",
        f"{MATRIX} -k anonymous",
    ),
    (
        "whose time it is",
        "livinglab/domain/access.py",
        "        return who.organisation_id == company_id\n    return who.sees_all",
        "        return True\n    return who.sees_all",
        f"{CANARIES} -k outsider",
    ),
    (
        "another person's feed",
        "livinglab/services/feeds.py",
        "feed.user_id != work.actor.user_id",
        "False",
        f"{MATRIX} -k B",
    ),
    (
        "gates that are others' to decide",
        "livinglab/domain/access.py",
        "return who.is_host and company_id not in who.companies and who.has(role, facility)",
        "return who.is_host and company_id not in who.companies",
        f"{SERVICES}/test_approval.py::test_a_gate_that_is_not_the_persons_is_not_passed",
    ),
    (
        "another host's time that is offered",
        "livinglab/services/offers.py",
        "if not may_offer_at(work.actor, pilot, place.slug):",
        "if False:",
        f"{SERVICES}/test_offers.py::test_a_host_does_not_offer_the_time_of_another",
    ),
    (
        "another host's offer that is taken back",
        "livinglab/services/answering.py",
        "if not all(may_offer_at(work.actor, pilot, slug) for slug in there):",
        "if False:",
        f"{SERVICES}/test_offers.py::test_a_host_does_not_take_back_what_another_offers",
    ),
    (
        "requests of one's own company: its gates",
        "livinglab/domain/access.py",
        "return who.is_host and company_id not in who.companies and who.has(role, facility)",
        "return who.is_host and who.has(role, facility)",
        f"{RULES}::test_nobody_of_a_host_decides_on_a_request_of_their_own_company",
    ),
    (
        "requests of one's own company: its moves",
        "livinglab/domain/access.py",
        "host = who.is_host and pilot.company_id not in who.companies",
        "host = who.is_host",
        f"{RULES}::test_nobody_of_a_host_decides_on_a_request_of_their_own_company",
    ),
    (
        "who notes that a company's numbers hold",
        "livinglab/services/companies.py",
        "if not checks_companies(who):",
        "if False:",
        f"{SERVICES}/test_companies.py::test_nobody_else_notes_that_a_number_is_in_its_register",
    ),
    (
        "form token",
        "livinglab/web/callers.py",
        "    csrf.protect()",
        "    return",
        (
            "tests/web/test_hardening.py"
            "::test_each_address_that_changes_something_demands_the_form_token"
        ),
    ),
    (
        "form token of a session that calls the API",
        "livinglab/web/callers.py",
        "if is_api() and (bearer_token() is not None or KEY not in cookie):",
        "if is_api():",
        f"{SIGN_IN}::test_the_api_takes_sessions_with_form_token_only",
    ),
    (
        "where `next` leads",
        "livinglab/web/safe.py",
        "if wanted and _LOCAL.fullmatch(wanted) and not urlsplit(wanted).netloc:",
        "if wanted:",
        "tests/web/test_hardening.py::test_nobody_is_led_away",
    ),
    (
        "where `next` leads after a second factor",
        "livinglab/web/second_step.py",
        "return redirect(local_address(wanted), 303)",
        'return redirect(wanted or "/", 303)',
        "tests/web/pages/test_second_step.py::test_it_leads_only_to_our_own_pages",
    ),
    (
        "where `next` leads after a provider",
        "livinglab/web/pages/identities.py",
        "onward = local_address(cookie.pop(NEXT, None))",
        'onward = cookie.pop(NEXT, None) or "/"',
        "tests/web/pages/test_identities.py::test_a_provider_leads_only_to_our_own_pages",
    ),
    (
        "a feed of somebody who has left",
        "livinglab/services/feeds.py",
        "    if owner is None:\n        raise NotFound\n    count",
        (
            "    if owner is None:\n"
            "        from livinglab.domain.access import Principal\n"
            '        owner = Principal(0, "", "", 1, "company", "", frozenset())\n'
            "    count"
        ),
        f"{FEEDS}::test_5_it_dies_with_the_membership",
    ),
    (
        "what a feed tells",
        "livinglab/db/queries/feeds.py",
        "Booking.pilot_id.in_(select(Pilot.id).where(visible_to(who))),",
        "",
        f"{SERVICES}/test_feeds.py::test_everybody_reads_what_they_may_see",
    ),
    (
        "what a feed of a role tells",
        "livinglab/db/queries/feed_scopes.py",
        "of_pilots.append(gated(who, {feed.role}))",
        "of_pilots.append(Pilot.id.in_(select(Gate.pilot_id).where(Gate.role == feed.role)))",
        f"{SERVICES}/test_feed_scopes.py -k rights",
    ),
    (
        "a feed of a role that one does not hold",
        "livinglab/services/feed_making.py",
        "wish.role not in roles_of(who)",
        "False",
        f"{SERVICES}/test_feed_scopes.py -k refused",
    ),
    (
        "a feed of a company of which one sees nothing",
        "livinglab/db/queries/feed_scopes.py",
        "there = seen if who.is_host else Organisation.id == who.organisation_id",
        'there = Organisation.kind == "company"',
        f"{SERVICES}/test_feed_scopes.py -k not_found",
    ),
    (
        "who reads another person's feed",
        "livinglab/web/feed_view.py",
        "named = feeds_of(session, who.user_id)",
        "named = [n for key in range(20) for n in feeds_of(session, key)]",
        "tests/web/pages/test_feeds.py -k offers",
    ),
    (
        "free and busy times that a host keeps",
        "livinglab/services/free_busy.py",
        "if place is None or not place.facility.free_busy_public:",
        "if place is None:",
        "tests/web/pages/test_free_busy.py",
    ),
    (
        "a stay of another firm as a calendar file",
        "livinglab/db/queries/feeds.py",
        "            visible_to(who),\n            Pilot.ref == ref,",
        "            Pilot.ref == ref,",
        "tests/web/pages/test_month.py -k calendar",
    ),
    (
        "another person's calendars",
        "livinglab/web/caldav/resources.py",
        'if f"{site.root}{parts[0]}/" != site.home:',
        "if False:",
        f"{CALDAV} -k somebody_elses",
    ),
    (
        "calendars of facilities for which one has no role",
        "livinglab/services/caldav.py",
        "return who.is_host and (bool(everywhere) or slug in who.facilities)",
        "return True",
        f"{CALDAV} -k somebody_elses",
    ),
    (
        "what changed for other firms",
        "livinglab/db/queries/caldav.py",
        "return change.company_id == who.organisation_id",
        "return true()",
        f"{SERVICES}/test_caldav.py -k each_change",
    ),
    (
        "what changed at other facilities",
        "livinglab/db/queries/caldav.py",
        "        conditions.append(own)",
        "        pass",
        f"{SERVICES}/test_caldav.py -k each_change",
    ),
    (
        "a sync token of other rights",
        "livinglab/services/caldav.py",
        "told[3] != present[3]",
        "False",
        f"{SERVICES}/test_caldav.py -k other_rights",
    ),
    (
        "an app password that was ended",
        "livinglab/db/queries/tokens.py",
        "            AppPassword.revoked_at.is_(None),\n",
        "",
        f"{CALDAV} -k ones_own",
    ),
    (
        "XML that declares entities",
        "livinglab/adapters/davxml.py",
        "    parser.StartDoctypeDeclHandler = reader.refuse\n",
        "",
        f"{CALDAV} -k odd_bodies",
    ),
    (
        "tokens are kept as hashes",
        "livinglab/adapters/secrets.py",
        'return hashlib.sha256(token.encode(errors="replace")).hexdigest()',
        "return token",
        f"{SERVICES}/test_accounts.py::test_a_token_is_stored_as_its_hash_only",
    ),
    (
        "a hash that was stolen is no token",
        "livinglab/web/callers.py",
        "queries.token_holder(context.session(), token_hash(token), context.now())",
        (
            "queries.token_holder(\n"
            "        context.session(),\n"
            "        token if len(token) == 64 else token_hash(token),\n"
            "        context.now(),\n"
            "    )"
        ),
        f"{SIGN_IN}::test_a_stored_hash_is_no_token",
    ),
    (
        "a hash that was stolen is no feed",
        "livinglab/services/feeds.py",
        "queries.feed_by_hash(session, token_hash(token), now)",
        "queries.feed_by_hash(session, token if len(token) == 64 else token_hash(token), now)",
        f"{FEEDS}::test_1_its_stored_hash_is_no_address",
    ),
    (
        "a hash that was stolen is no session",
        "livinglab/web/sessions.py",
        'key = token_hash(cookie.get(KEY, ""))\n    found',
        (
            'key = cookie.get(KEY, "")\n'
            "    key = key if len(key) == 64 else token_hash(key)\n"
            "    found"
        ),
        f"{SIGN_IN}::test_a_stored_hash_is_no_key_of_a_session",
    ),
    (
        "fields that are not known: mass assignment",
        "livinglab/domain/reading.py",
        "unknown = (name for name in self.value if name not in names)",
        "unknown = ()",
        f"{HOSTILE}::test_malformed_drafts_are_refused_at_their_place -k state",
    ),
    (
        "a role that is typed in",
        "livinglab/domain/access.py",
        "known = role in COMPANY_ROLES and not at_one_place",
        "known = True",
        (
            "tests/web/pages/test_invitations.py"
            "::test_nobody_is_invited_to_a_role_that_is_not_a_companys"
        ),
    ),
    (
        "a role that is not one's to give",
        "livinglab/domain/access.py",
        "return known and runs_people(who, organisation_id, kind)",
        "return known",
        f"{RULES}::test_roles_are_given_by_those_who_run_the_people_alone",
    ),
    (
        "a session ends with the account",
        "livinglab/db/queries/accounts.py",
        "SignIn.ended_at.is_(None), User.active, serving(on))",
        "SignIn.ended_at.is_(None), serving(on))",
        f"{SIGN_IN}::test_no_session_of_an_account_that_is_closed_is_found",
    ),
    (
        "the token of an organisation that one has left",
        "livinglab/services/accounts.py",
        "mine = [r for r in rights if organisation_id in (None, r[0].id)]",
        "mine = list(rights)",
        f"{SERVICES}/test_accounts.py::test_nobody_acts_without_membership_or_when_shut_out",
    ),
    (
        "tokens end with the membership",
        "livinglab/services/people.py",
        "    for table in (ApiToken, AppPassword, Feed):",
        "    for table in ():",
        (
            "tests/web/pages/test_people.py"
            "::test_who_is_removed_is_out_at_the_next_click_with_everything_of_theirs"
        ),
    ),
    (
        "a feed of an organisation that one has left",
        "livinglab/services/feeds.py",
        'principal_for(session, feed.user_id, feed.organisation_id, "read", on=today)',
        'principal_for(session, feed.user_id, None, "read", on=today)',
        f"{FEEDS} -k membership",
    ),
    (
        "what changes elsewhere, in a feed's validator",
        "livinglab/db/queries/feeds.py",
        "            counted = counted.where(Facility.slug.in_(who.facilities))",
        "            pass",
        "tests/access/test_non_interference.py",
    ),
    (
        "robots on the page of the day: who read of them",
        "livinglab/web/pages/today.py",
        "    readings.plans(met)  # their robots are named\n",
        "",
        "tests/web/pages/test_today.py -k trail",
    ),
    (
        "requests are confidential unless the firm says otherwise",
        "livinglab/web/request_form.py",
        'confidential: str = "y"',
        'confidential: str = ""',
        "tests/web/pages/test_request_sending.py -k confidential",
    ),
    (
        "people who are shut out",
        "livinglab/services/accounts.py",
        "if user is None or not user.active:",
        "if user is None:",
        f"{SERVICES}/test_accounts.py::test_nobody_acts_without_membership_or_when_shut_out",
    ),
    (
        "papers of others",
        "livinglab/services/papers.py",
        "            visible_to(who),\n            or_(~Paper",
        "            or_(~Paper",
        "tests/web/api/test_papers.py::test_papers_of_others_are_not_there",
    ),
    (
        "papers of another request",
        "livinglab/services/papers.py",
        "            Pilot.ref == ref,\n            Paper.id == paper_id,\n            visible",
        "            Paper.id == paper_id,\n            visible",
        f"{SERVICES}/test_papers.py::test_papers_are_read_by_those_who_see_the_pilot",
    ),
    (
        "photos of a facility that is not published",
        "livinglab/services/photos.py",
        "if photo is None or place is None or places.seen(place.slug, who) is None:",
        "if photo is None or place is None:",
        f"{PHOTOS}::test_photos_of_a_draft_are_for_those_who_see_it",
    ),
    (
        "photos of a facility that others run",
        "livinglab/services/photos.py",
        "if place is None or not access.may_manage_facility(work.actor, slug):",
        "if place is None:",
        f"{PHOTOS}::test_only_those_who_keep_the_place_may",
    ),
    (
        "photos of another facility",
        "livinglab/services/photos.py",
        "next((photo for photo in photos if photo.id == photo_id), None)",
        "work.session.get(Photo, photo_id)",
        f"{SERVICES}/test_photos.py::test_pictures_belong_to_their_place",
    ),
    (
        "whose Idempotency-Key it is",
        "livinglab/web/api/writes.py",
        'Attempt(f"{who.user_id}@{who.organisation_id}", route',
        'Attempt("", route',
        "tests/web/api/test_writes.py::test_a_key_counts_for_one_person_and_one_address",
    ),
    (
        "a sign-in ends the session before",
        "livinglab/web/sessions.py",
        'ended_key=cookie.get(KEY, ""),',
        'ended_key="",',
        f"{SIGN_IN}::test_signing_in_again_ends_the_session_before",
    ),
    (
        "a sign-in gives a new key",
        "livinglab/services/accounts.py",
        "    if ended_key:\n        sign_out(work, ended_key)\n    key = new_token()",
        (
            "    if ended_key:\n"
            "        work.session.execute(\n"
            "            update(SignIn)\n"
            "            .where(SignIn.key_hash == token_hash(ended_key))\n"
            "            .values(user_id=user_id, ended_at=None)\n"
            "        )\n"
            "        return ended_key\n"
            "    key = new_token()"
        ),
        f"{SIGN_IN}::test_signing_in_again_ends_the_session_before",
    ),
    (
        "a sign-in gives a new form token",
        "livinglab/web/sessions.py",
        '    cookie.pop("csrf_token", None)\n',
        "",
        f"{SIGN_IN}::test_signing_in_changes_the_form_token",
    ),
    (
        "signing out ends more than the cookie",
        "livinglab/web/sessions.py",
        "            accounts.sign_out(work, key)",
        "            work.session.flush()",
        f"{SIGN_IN}::test_signing_out_kills_every_copy_of_the_cookie",
    ),
    (
        "formulas in tables",
        "livinglab/adapters/csvfile.py",
        'return f"\'{text}" if _looks_like_formula(text) else text',
        "return text",
        "tests/adapters/test_csvfile.py::test_csv_disarms_formulas",
    ),
    (
        "whose invitation it is",
        "livinglab/services/joining.py",
        "if user is None or user.id != who.user_id:",
        "if user is None:",
        "tests/web/pages/test_invitations.py::test_only_whose_address_is_invited_accepts",
    ),
    (
        "plans that are confidential",
        "livinglab/domain/access.py",
        '    return (\n        who.has("coordinator")',
        '    return True or (\n        who.has("coordinator")',
        "tests/web/pages/test_confidential.py::test_staff_see_the_pilot_but_not_its_plan",
    ),
    (
        "papers that are confidential",
        "livinglab/services/papers.py",
        "or_(~Paper.confidential, confided_to(who)),",
        "",
        (
            "tests/web/pages/test_confidential.py"
            "::test_a_missing_paper_and_a_confidential_one_look_alike"
        ),
    ),
    (
        "a second factor for those who must have one",
        "livinglab/web/second_step.py",
        "context.settings().require_mfa and who.is_host",
        "False and who.is_host",
        (
            "tests/web/pages/test_account_security.py"
            "::test_a_host_without_second_factor_reaches_the_set_up_only"
        ),
    ),
    (
        "a second factor for those who have one",
        "livinglab/web/second_step.py",
        "return bool(user.tf_totp_secret or user.webauthn)",
        "return False",
        (
            "tests/web/pages/test_account_security.py"
            "::test_with_an_app_the_next_session_is_asked_for_a_code"
        ),
    ),
    (
        "who it is, asked again before rights and keys are given",
        "livinglab/web/fresh.py",
        "if sessions.is_fresh():",
        "if True:",
        FRESH,
    ),
    (
        "asked again before a colleague is invited",
        "livinglab/web/pages/people.py",
        "@fresh\ndef invite(",
        "def invite(",
        f"{FRESH} -k company",
    ),
    (
        "asked again before a colleague's role changes",
        "livinglab/web/pages/people.py",
        "@fresh\ndef change_role(",
        "def change_role(",
        f"{FRESH} -k company",
    ),
    (
        "asked again before a host's role is given",
        "livinglab/web/pages/hosting_roles.py",
        "@fresh\ndef invite(",
        "def invite(",
        f"{FRESH} -k hosting",
    ),
    (
        "asked again before a stand-in is named",
        "livinglab/web/pages/hosting_people.py",
        "@fresh\ndef add(",
        "def add(",
        f"{FRESH} -k hosting",
    ),
    (
        "asked again before a decider is named",
        "livinglab/web/pages/setup.py",
        "@fresh\ndef name_decider(",
        "def name_decider(",
        f"{FRESH} -k setup",
    ),
    (
        "asked again before a calendar gets an address",
        "livinglab/web/pages/feeds.py",
        "@fresh\ndef create(",
        "def create(",
        f"{FRESH} -k calendar",
    ),
    (
        "names of who comes to a stay",
        "livinglab/services/attendance.py",
        "and may_see_pilot(who, facts) and sees_confidential(who, facts)):",
        "and may_see_pilot(who, facts)):",
        f"{SERVICES}/test_attendance.py -k names_are_told",
    ),
    (
        "the link of an invitation ends with the stay",
        "livinglab/db/queries/attendance.py",
        "            Booking.ends_at > now,\n            User.active,\n",
        "",
        f"{SERVICES}/test_attending.py -k the_link_answers",
    ),
    (
        "the link of an invitation ends with a newer one",
        "livinglab/services/attendance.py",
        "row.method, row.key_hash, row.sent_at = method, token_hash(key), work.now",
        (
            "row.method, row.sent_at = method, work.now\n"
            "    row.key_hash = row.key_hash or token_hash(key)"
        ),
        f"{SERVICES}/test_attending.py -k the_link_answers",
    ),
    (
        "a reply by mail for somebody else",
        "livinglab/services/attending.py",
        "    if reply.sender != reply.attendee:\n",
        "    if False:\n",
        f"{SERVICES}/test_attending.py -k replies_count",
    ),
    (
        "a reply by mail to an earlier invitation",
        "livinglab/domain/attendance.py",
        "    if reply.sequence < sequence:\n",
        "    if False:\n",
        f"{SERVICES}/test_attending.py -k replies_count",
    ),
    (
        "tries are counted for all server processes together",
        "livinglab/web/limits.py",
        "if purpose in OF_PROCESS:",
        "if True:",
        "tests/web/test_limits.py::test_two_server_processes_count_together",
    ),
    (
        "audit rows are sealed",
        "livinglab/services/work.py",
        "        seal(work)\n",
        "",
        f"{SERVICES}/test_audit_chain.py::test_rows_are_sealed_in_the_order_they_were_written",
    ),
)
