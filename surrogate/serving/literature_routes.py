"""``/literature``: the papers that ``nearest_literature`` names, as a reader finds them, and what they reached."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from surrogate.literature import records
from surrogate.report.nearest_papers import citations
from surrogate.serving.schemas import Refusal

_LONGEST = 2_000  # characters of a list of names
_REMEMBERED = 1_000  # lists


class Paper(BaseModel):
    """A paper among the nearest of a design."""

    name: str = Field(description="source#ref, as it was asked for")
    work: str = Field(description="authors, journal, year and place; empty where only the document is known")
    doi: str = Field(description="of the paper itself; empty where the document that cites it gives none")
    url: str = Field(description="of that DOI; empty without one")
    place: str = Field(description="where it is cited, or that the data are the document's own")
    place_url: str = Field(description="of the document; empty without a DOI")
    systems: str = Field(description="what was measured")
    reached: list[str] = Field(description="what its cells reached and under which conditions, at most two")


class Papers(BaseModel):
    """The papers that were asked for, in their order, each once."""

    papers: list[Paper]


def literature_routes() -> APIRouter:
    """Make the route of ``/literature``.

    Returns
    -------
    APIRouter
    """
    router = APIRouter(tags=["predictions"])

    @router.get(
        "/literature",
        response_model=Papers,
        response_description="The papers",
        responses={422: {"model": Refusal, "description": "The names are missing, or too many"}},
    )
    def literature(
        of: Annotated[
            str,
            Query(
                min_length=1,
                max_length=_LONGEST,
                description="nearest_literature of a prediction: source#ref, separated by semicolons",
                examples=["002_612f39683bb0201f#195"],
            ),
        ],
    ) -> Any:
        """Papers by their names in ``nearest_literature``: DOI, what their cells reached, under which conditions."""
        return {"papers": list(_papers(of))}

    return router


@lru_cache(maxsize=_REMEMBERED)
def _papers(of: str) -> tuple[dict[str, Any], ...]:
    names = dict.fromkeys(part.strip() for part in of.split(";") if part.strip())
    return tuple(
        {
            "name": name,
            "work": one.cited.work,
            "doi": one.cited.doi,
            "url": one.work_url,
            "place": one.place_text,
            "place_url": one.source_url,
            "systems": one.systems,
            "reached": list(one.reached),
        }
        for name, one in zip(names, citations(of, records.load()), strict=True)
    )
