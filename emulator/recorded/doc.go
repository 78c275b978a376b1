// Package recorded holds, for tests alone, what S3 was recorded to answer, or was seen
// answering in public threads: each row is a case by its number, played by signed HTTP
// against a real server in a world of its own.
package recorded
