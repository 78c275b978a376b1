package scenarios

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/s3fault/s3fault/internal/book"
	"github.com/s3fault/s3fault/internal/tree"
)

const schemaFile = "../scenarios.schema.json"

// scenarios.schema.json is the schema of the rows as they are.
func TestSchemaIsCommitted(t *testing.T) {
	schema, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	book.Hold(t, schemaFile, string(schema))
}

func schema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("scenarios.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("scenarios.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// instance is a scenario file as JSON has it.
func instance(t testing.TB, text []byte) any {
	t.Helper()
	n, err := tree.ParseYAML("world.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	written, err := n.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(written))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// What loads is good by the schema.
func TestFilesAreGoodByTheSchema(t *testing.T) {
	s, count := schema(t), 0
	for _, pattern := range []string{"../scenarios.yaml", "../emulator/testdata/vectors/*.yaml", "../internal/build/testdata/*.yaml"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(paths), err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Validate(instance(t, text)); err != nil {
				t.Errorf("%s: %v", path, err)
			}
			count++
		}
	}
	if err := s.Validate(instance(t, []byte(told))); err != nil {
		t.Errorf("a file with lessons: %v", err)
	}
	t.Logf("%d files", count)
}

// ofForm are the errors of what has another form than a file must have.
var ofForm = regexp.MustCompile(`is wanted here|unknown key "|does not belong in|unknown value|the file needs|needs a title|has not 12 digits$` +
	`|is no bucket's name|begins and ends with a slash`)

// ofRules are rows that a schema takes: an address and the end of a name are a bucket's but for its rules, and a schema
// knows an issuer as a text.
var ofRules = []string{"an address for a bucket", "a directory bucket", "no issuer"}

// What does not load for its form is bad by the schema.
func TestBadFilesAreBadByTheSchema(t *testing.T) {
	s, count := schema(t), 0
	for _, row := range badFiles {
		if !ofForm.MatchString(row.want) || slices.Contains(ofRules, row.name) {
			continue
		}
		count++
		if s.Validate(instance(t, []byte(strings.Replace(good, row.old, row.new, 1)))) == nil {
			t.Errorf("%s: the schema takes it: %s", row.name, row.new)
		}
	}
	if count < 30 {
		t.Errorf("%d rows are about the form", count)
	}
}
