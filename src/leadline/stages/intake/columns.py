"""Our columns: the names that a provider's columns are mapped to, by kind of file."""

from __future__ import annotations

from leadline.vocabulary.scales import FileKind

COLUMNS: dict[FileKind, tuple[str, ...]] = {
    FileKind.ACCESS_LOG: (
        "accessed_at",
        "account_key",
        "remote_ip",
        "remote_port",
        "action",
        "object_key",
        "bytes",
        "status",
        "user_agent",
        "session",
    ),
    FileKind.ACCOUNTS: (
        "account_key",
        "created_at",
        "email",
        "phone",
        "display_name",
        "declared_country",
        "payment_country",
        "payment_token",
        "device_id",
        "signup_ip",
        "signup_at",
        "closed_at",
        "compromised",
    ),
    FileKind.INVENTORY: (
        "object_key",
        "size",
        "md5",
        "sha1",
        "sha256",
        "pdq",
        "added_at",
        "removed_at",
        "added_by",
        "category",
        "category_scheme",
    ),
}
"""Contract, *Our columns*."""

REQUIRED: dict[FileKind, tuple[str, ...]] = {
    FileKind.ACCESS_LOG: ("accessed_at", "remote_ip", "action", "object_key"),
    FileKind.ACCOUNTS: ("account_key",),
    FileKind.INVENTORY: ("object_key",),
}
"""Columns without which a file of records cannot be read."""

INSTANTS: dict[FileKind, tuple[str, ...]] = {
    FileKind.ACCESS_LOG: ("accessed_at",),
    FileKind.ACCOUNTS: ("created_at", "signup_at", "closed_at"),
    FileKind.INVENTORY: ("added_at", "removed_at"),
}
"""Columns that hold instants, so that their zone must be proved."""

RECORD_FORMATS = ("csv", "jsonl")
"""Formats whose fields have names of the provider's own."""

PARQUET = "parquet"
"""A packing of records, whatever their kind: unpacked they are JSON lines."""
PACKED = (PARQUET, "xlsx")
"""The same, and spreadsheets, which hold no logs."""

DOCUMENTS: dict[FileKind, tuple[str, ...]] = {FileKind.INVENTORY: ("vics",)}
"""Formats of records that are no lines of text, by the kind of file that may have them."""

NAMED_FIELDS = (*RECORD_FORMATS, *(form for forms in DOCUMENTS.values() for form in forms))

READABLE = frozenset({*COLUMNS, FileKind.REPORT})
"""Kinds of which files are read beyond being sealed."""
