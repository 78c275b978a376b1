// Package s3fault carries what the module's root alone can embed: the library
// of scenarios, and the version.
package s3fault

import _ "embed"

// Version is the version of s3fault: that of this source, or what a release was built as
// (go build -ldflags "-X github.com/s3fault/s3fault.Version=1.2.3"). No v in front.
var Version = "0.1.0"

// Library is scenarios.yaml, the built-in library of scenarios.
//
//go:embed scenarios.yaml
var Library []byte

// Lessons is lessons.yaml, what there is to learn from the scenarios of Library.
//
//go:embed lessons.yaml
var Lessons []byte
