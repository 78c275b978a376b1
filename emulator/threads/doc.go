// Package threads is, for tests alone, refusals that people have asked about in public,
// rebuilt: what S3 answered there, what the cause was, and which cure was accepted.
package threads
