"""What was met before: accounts, identifiers and objects that earlier tips of the same agency have as well."""
