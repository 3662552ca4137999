"""What signing in asks of the database: the same whoever tries, for its time must tell nothing."""


def test_an_unknown_address_asks_no_less_than_a_known_one(client, make, csrf, query_counter):
    make.user("ada@test.example", make.company())
    make.user("lonely@test.example")
    asked = []
    for email in ("ada@test.example", "nobody@test.example", "lonely@test.example"):
        form = {"email": email, "password": "wrong", "csrf_token": csrf(client)}
        with query_counter() as sent:
            client.post("/login", data=form)
        asked.append(sent.texts)
    assert asked[0] == asked[1] == asked[2]
