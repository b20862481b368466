"""The tables of a release, one pandera model each: the single source of their columns.

Types, nullability, keys, units, descriptions, examples and vocabularies are declared here and
nowhere else; the Arrow schema, the data dictionary and every published piece of metadata are
rendered from these models.
"""

from schemas.documents import Documents
from schemas.entities import Entities
from schemas.inputs import Inputs
from schemas.quotes import Quotes
from schemas.removals import Removals
from schemas.sentences import Sentences

# Bumped when a column is added, removed, renamed or changes its meaning.
SCHEMA_VERSION = "1.0.0"

TABLES = {
    model.Config.name: model for model in (Documents, Sentences, Entities, Quotes, Removals, Inputs)
}
