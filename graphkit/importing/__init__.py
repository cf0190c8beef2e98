"""What an importer is, what it is given, and how files become readings.

An importer is one module with one value: `IMPORTER = Importer(name, title, suffixes, claims, read)`.
"""

from graphkit.importing.document import Context, Document, Embedded, Importer
from graphkit.importing.trees import Part

__all__ = ["Context", "Document", "Embedded", "Importer", "Part"]
