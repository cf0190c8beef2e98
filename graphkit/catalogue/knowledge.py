"""Hold the parts that know names: families, brands, artefacts, words, owners and routes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from graphkit.catalogue.brands import Brands
from graphkit.catalogue.exact import Exact
from graphkit.catalogue.grammar import Grammar
from graphkit.catalogue.owning import Owners
from graphkit.catalogue.routes import Router
from graphkit.catalogue.vocabulary import Vocabulary

if TYPE_CHECKING:
    from graphkit.catalogue.directory import Directory
    from graphkit.catalogue.tables import Tables


class Knowledge:
    """Give each part; it is set up, and its tables are read, when it is first asked for."""

    def __init__(self, tables: Tables, directory: Directory) -> None:
        """Set up over the tables."""
        self.tables = tables
        self.directory = directory

    @cached_property
    def grammar(self) -> Grammar:
        """Give the grammar of families."""
        return Grammar(self.tables)

    @cached_property
    def brands(self) -> Brands:
        """Give the lines of derivatives."""
        return Brands(self.tables)

    @cached_property
    def exact(self) -> Exact:
        """Give the artefacts known by their own names."""
        return Exact(self.tables)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Give the words of names."""
        return Vocabulary(self.tables, self.directory)

    @cached_property
    def owners(self) -> Owners:
        """Give the part that judges the owners in paths."""
        return Owners(self.tables, self.directory)

    @cached_property
    def router(self) -> Router:
        """Give the part that strips routes."""
        return Router(self.tables, self.directory)
