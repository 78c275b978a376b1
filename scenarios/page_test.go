package scenarios

import (
	"testing"

	"github.com/s3fault/s3fault/internal/book"
)

const aboutKeys = `# The scenario file, key by key

Every key of a scenario file, written from the table by which the file is read: ` +
	"`go test ./scenarios -run '^TestKeysPage$' -update`" + ` writes this page again. A file to begin
with: ` + "`s3fault init`" + `. The same for an editor, by the first line of the file:
` + "`# yaml-language-server: $schema=scenarios.schema.json`" + `.

The file is YAML, indented with spaces. The keys of the file itself are those of [file](#file); each
of its ` + "`scenarios`" + ` is a [scenario](#scenario), and so are its ` + "`defaults`" + `, into which each scenario is
merged as a JSON merge patch: mappings deeply, everything else replaced, and a null takes a key away.
A policy is written as YAML, as a text that holds AWS's JSON, or as ` + "`{file: PATH}`" + `. Where "without it"
is empty there is no such thing without the key.

` + "`s3fault check`" + ` warns of what is taken and is probably not meant (` + "`--strict`" + ` makes that an error): actions
that there are not, or that work on no resource of their statement; condition keys that no request has,
or none for the statement's actions; condition values that no key has; buckets and callers that no
call names; scenarios that expect nothing. A scenario that is about such a thing says so in ` + "`warns`" + `.

`

func TestKeysPage(t *testing.T) {
	book.Hold(t, "../docs/scenario-file.md", aboutKeys+Keys())
	for _, key := range whole.Unsaid() {
		t.Errorf("no row says what it is: %s", key)
	}
}
