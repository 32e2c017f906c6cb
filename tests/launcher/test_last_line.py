"""What installs, builds and signs in prints what it was given: of it nothing secret is repeated."""

from launcher.processes import last_line


def test_the_last_line_is_reported_without_the_secrets_in_it() -> None:
    log = "go: downloading\nGet https://ann:hunter2@proxy.example/simple?sig=lGE%2Bl%2FJtKlomDXNxszB1wKYVx9cDZB9pc\n\n"

    assert last_line(log) == "Get https://[...]@proxy.example/simple?sig=[...]"


def test_of_nothing_nothing_is_reported() -> None:
    assert last_line(" \n\n") == ""
