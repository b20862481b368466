"""The models of all tables by their names."""

from schemas.documents import Documents
from schemas.entities import Entities
from schemas.inputs import Inputs
from schemas.quotes import Quotes
from schemas.removals import Removals
from schemas.sentences import Sentences

TABLES = {
    model.Config.name: model for model in (Documents, Sentences, Entities, Quotes, Removals, Inputs)
}
