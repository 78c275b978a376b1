package scenarios

// Schema is the JSON Schema (draft 2020-12) of scenario files.
func Schema() ([]byte, error) {
	return fileFacts.JSONSchema("A scenario file of s3fault", "version", "scenarios")
}

// Keys is every key of a scenario file, for people to read, in Markdown: its kind, what holds
// without it, and what it is.
func Keys() string { return whole.Page() }
