"""`onrecord schema`: the tables and their columns."""

import json

from flows.commands.options import Json
from flows.publish.dictionary import describe_tables, render_dictionary


def schema(as_json: Json = False) -> None:
    """Print the data dictionary, or with --json every column as a JSON object.

    Examples:

        onrecord schema

        onrecord schema --json | jq '.[] | select(.table == "quotes")'
    """
    if as_json:
        print(json.dumps(describe_tables(), ensure_ascii=False, indent=2))
    else:
        print(render_dictionary(), end="")
