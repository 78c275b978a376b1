package store

import (
	"strings"
	"time"
	"unicode/utf8"
)

// The bounds of annotations, in bytes and in number (configurations.md 6.2).
const (
	MaxAnnotation     = 1 << 20
	MaxAnnotationName = 512
	MaxAnnotations    = 1000
)

// Annotation is a named text that is attached to a version of an object (S3 API Reference,
// "PutObjectAnnotation"). It is the record's, and goes with it.
type Annotation struct {
	Text     string // UTF-8
	Modified time.Time
	// Algorithm is that of its additional checksum; empty: the default one.
	Algorithm string
}

// AnnotationNamed says whether an annotation can have the name, but for its length.
func AnnotationNamed(name string) bool {
	folded := strings.ToLower(name)
	return name != "" && utf8.ValidString(name) && !strings.HasPrefix(folded, "aws") && !strings.HasPrefix(folded, "s3")
}

// AnnotationProblem is what keeps a text from being an annotation of that name; empty:
// nothing.
func AnnotationProblem(name, text string) string {
	switch {
	case !AnnotationNamed(name) || len(name) > MaxAnnotationName:
		return "an annotation's name has 1 to 512 bytes of UTF-8 and does not begin with aws or s3"
	case text == "" || len(text) > MaxAnnotation || !utf8.ValidString(text):
		return "an annotation has 1 byte to 1 MiB of UTF-8"
	}
	return ""
}
