package scenarios

// Schema is the JSON Schema (draft 2020-12) of scenario files.
func Schema() ([]byte, error) {
	return fileFacts.JSONSchema("A scenario file of s3fault", "version", "scenarios")
}
