"""`/docs`: the calls of this server in Swagger UI, which comes with the package, so that no page asks the internet."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from starlette.staticfiles import StaticFiles

from gouji_service.http.headers import POLICY

_FOLDER = Path(__file__).resolve().parents[1] / "docs_ui"
_STYLES = "; style-src 'self' 'unsafe-inline'"  # Swagger UI draws with styles of its own elements


def add_docs(app: FastAPI) -> None:
    """Serve the page and its files."""
    app.mount("/docs/files", StaticFiles(directory=_FOLDER), name="docs-files")

    @app.get("/docs", include_in_schema=False)
    async def docs() -> FileResponse:
        return FileResponse(
            _FOLDER / "docs.html", media_type="text/html", headers={"Content-Security-Policy": POLICY + _STYLES}
        )
