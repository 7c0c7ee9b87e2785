import httpx


def test_the_first_page_is_the_upload_and_errors_are_pages_too(server: httpx.Client) -> None:
    assert 'id="drop"' in server.get("/").text
    for address, status in (("/page/jobs/0", 404), ("/page/agencies/x", 404), ("/?sort=nothing", 422)):
        answer = server.get(address)
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith("text/html")


def test_a_language_that_was_chosen_stays(server: httpx.Client) -> None:
    told = server.get("/page/upload?lang=en")
    assert "gouji_language=en" in told.headers["set-cookie"]
    assert 'lang="en"' in server.get("/page/upload").text
    server.cookies.clear()
