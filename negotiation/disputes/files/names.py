"""Names in the files of a dispute: countries, identifiers, and parameters that may hold placeholders."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

CountryCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="country, ISO 3166 alpha-3")]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
# The name of something that another file lists: whoever holds it against the list tells the nearest there.
Listed = Annotated[str, Field(min_length=1)]
ParameterName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.]*$")]
# The name of a parameter, in which {holder}, {other}, {level} and {instrument} stand for names.
Template = Annotated[str, Field(pattern=r"^([A-Za-z0-9_.]|\{(holder|other|level|instrument)\})+$")]
