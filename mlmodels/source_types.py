"""What a column's type means for a feature source. Pure.

A source's type is coarser than a column's: whole numbers, other numbers, texts, dates, moments.
"""

MEANINGS = {
    "integer": "TINYINT SMALLINT INT BIGINT BYTEINT LARGEINT LONG UINT YEAR BIT",
    "number": "NUMBER FLOAT DOUBLE DECIMAL NUMERIC FIXED MONEY",
    "string": (
        "STRING TEXT MEDIUMTEXT NTEXT CHAR VARCHAR CLOB UUID ENUM XML CIDR INET IPV4 IPV6 MACADDR"
        " LOWCARDINALITY"
    ),
    "date": "DATE",
    "timestamp": "TIMESTAMP TIMESTAMPZ DATETIME TIME",
    "array": "ARRAY SET TUPLE",
    "object": "STRUCT RECORD MAP JSON OBJECT VARIANT SUPER UNION",
    "boolean": "BOOLEAN",
}
# A NUMBER without decimals holds whole numbers, and texts hold everything: no reason to warn.
ALIKE = ({"integer", "number"}, {"date", "timestamp"})
_BY_COLUMN_TYPE = {name: meaning for meaning, types in MEANINGS.items() for name in types.split()}


def source_type(column_type: str) -> str | None:
    """Return the source type for a column's type, or None where there is no obvious one.

    >>> source_type("BIGINT"), source_type("VARCHAR"), source_type("GEOMETRY")
    ('integer', 'string', None)
    """
    return _BY_COLUMN_TYPE.get(column_type.upper())


def is_another_type(recorded: str, column_type: str) -> bool:
    """Return True if a column can hardly be what a source was recorded as.

    >>> is_another_type("integer", "VARCHAR"), is_another_type("integer", "NUMBER")
    (True, False)
    """
    now = source_type(column_type)
    return now not in (None, recorded) and not any({recorded, now} <= kin for kin in ALIKE)
