"""The importers that come with graphkit, in the order in which formats are detected.

Each importer is one module here and one line in the tuple.
"""

from graphkit.importing import Importer

if __name__ != "graphkit.importers":
    raise ImportError(f"{__name__} is the folder behind graphkit.importers: import graphkit.importers")

from graphkit.importers import backstage, cyclonedx, huggingface, kubernetes, litellm, native

IMPORTERS: tuple[Importer, ...] = (
    native.IMPORTER,
    litellm.IMPORTER,
    backstage.IMPORTER,
    kubernetes.IMPORTER,
    cyclonedx.IMPORTER,
    huggingface.IMPORTER,
)
