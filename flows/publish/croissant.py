"""croissant.json: the tables in MLCommons Croissant 1.0, columns rendered from `schemas/`.

Lists of text are repeated fields; lists of records (`parts`, `alignment`) repeated fields with
sub-fields. Foreign keys are left to the data package: a reader of Croissant joins the tables that a
`references` names, and of an entity whose quote is null it then yields nothing. Specification: https://docs.mlcommons.org/croissant/docs/croissant-spec.html
"""

from typing import Any

import pandera.pandas as pa
import pyarrow

from flows.publish.citation import AUTHORS, TITLE, abstract, cite
from flows.publish.manifest import Edition
from schemas import SCHEMA_VERSION, TABLES

CONFORMS_TO = "http://mlcommons.org/croissant/1.0"
# mlcroissant reads records of Parquet files under this name of their format alone.
PARQUET = "application/x-parquet"

CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def describe_croissant(edition: Edition) -> dict[str, Any]:
    """Describe a release in Croissant: a file object or set and a record set a table."""
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": "onrecord",
        "alternateName": TITLE,
        "description": abstract(edition),
        "conformsTo": CONFORMS_TO,
        "citeAs": cite(edition.id),
        "creator": {"@type": "sc:Organization", "name": AUTHORS},
        "version": SCHEMA_VERSION,
        "sdVersion": edition.id,
        "isLiveDataset": False,
        "distribution": [part for name in TABLES for part in _distribution(name, edition)],
        "recordSet": [_record_set(name) for name in TABLES],
    }


def _distribution(name: str, edition: Edition) -> list[dict[str, Any]]:
    paths = edition.tables[name]["files"]
    if len(paths) == 1:
        return [_file_object(f"{name}-file", paths[0], edition)]
    # Without a place it is contained in, a file set is one of files beside croissant.json.
    parts = [_file_object(path, path, edition) for path in paths]
    whole = {
        "@type": "cr:FileSet",
        "@id": f"{name}-file",
        "encodingFormat": PARQUET,
        "includes": f"{name}/*.parquet",
    }
    return [*parts, whole]


def _file_object(identifier: str, path: str, edition: Edition) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": identifier,
        "name": path,
        "contentUrl": path,
        "contentSize": f"{edition.files[path]['bytes']} B",
        "encodingFormat": PARQUET,
        "sha256": edition.files[path]["sha256"],
    }


def _record_set(name: str) -> dict[str, Any]:
    model = TABLES[name]
    columns = model.to_schema().columns.values()
    keys = [{"@id": f"{name}/{column.name}"} for column in columns if column.unique]
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": (model.__doc__ or "").strip(),
        "key": keys[0] if len(keys) == 1 else keys,
        "field": [_field(name, column) for column in columns],
    }


def _field(table: str, column: pa.Column) -> dict[str, Any]:
    kind = column.dtype.type.pyarrow_dtype
    said: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table}/{column.name}",
        "name": column.name,
        "description": column.description,
    }
    if not _is_record_list(kind):
        said |= {"dataType": _type(kind), "source": _source(table, column.name)}
    if pyarrow.types.is_list(kind):
        said["repeated"] = True
    if _is_record_list(kind):
        said["subField"] = [
            {
                "@type": "cr:Field",
                "@id": f"{table}/{column.name}/{member.name}",
                "name": member.name,
                "dataType": _type(member.type),
                "source": _source(table, column.name, member.name),
            }
            for member in kind.value_type
        ]
    return said


def _source(table: str, column: str, member: str | None = None) -> dict[str, Any]:
    source: dict[str, Any] = {"fileObject": {"@id": f"{table}-file"}, "extract": {"column": column}}
    return source | ({"transform": {"jsonPath": member}} if member else {})


def _is_record_list(kind: pyarrow.DataType) -> bool:
    return pyarrow.types.is_list(kind) and pyarrow.types.is_struct(kind.value_type)


def _type(kind: pyarrow.DataType) -> str:
    if pyarrow.types.is_list(kind):
        return _type(kind.value_type)
    if pyarrow.types.is_timestamp(kind):
        return "sc:DateTime"
    names = {
        "int64": "sc:Integer",
        "double": "sc:Float",
        "bool": "sc:Boolean",
        "date32[day]": "sc:Date",
    }
    return names.get(str(kind), "sc:Text")
