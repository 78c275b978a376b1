package awsapi

import (
	"encoding/json"
	"strings"
	"testing"
)

// What a JSON API says of a value of another type names no type of ours.
func TestValuesOfOtherTypes(t *testing.T) {
	var in struct {
		Name   string
		Count  int
		Flag   *bool
		List   []string
		Blob   []byte
		Map    map[string]string
		Nested struct{ Name string }
	}
	for body, want := range map[string]string{
		`{"Name": 1.5}`:               "NUMBER_VALUE can not be converted to a String",
		`{"Name": true}`:              "TRUE_VALUE can not be converted to a String",
		`{"Name": {}}`:                "Start of structure or map found where not expected.",
		`{"Name": []}`:                "Start of list found where not expected.",
		`{"Count": "1"}`:              "STRING_VALUE can not be converted to an Integer",
		`{"Flag": "yes"}`:             "STRING_VALUE can not be converted to a Boolean",
		`{"List": "a"}`:               "Expected list or null",
		`{"Nested": "a"}`:             "Expected null",
		`{"Nested": {"Name": 1}}`:     "NUMBER_VALUE can not be converted to a String",
		`[]`:                          "Expected null",
		`{"Name": false, "Count": 1}`: "FALSE_VALUE can not be converted to a String",
		`{"Count": 1.5}`:              "NUMBER_VALUE can not be converted to an Integer",
		`{"Count": 1e99}`:             "NUMBER_VALUE can not be converted to an Integer",
		`{"Blob": 1}`:                 "NUMBER_VALUE can not be converted to a Blob",
		`{"Map": "a"}`:                "Expected null",
		`"a"`:                         "Expected null",
		`{"Name": "a", "Other": 1}`:   "",
	} {
		got := ""
		if err := json.Unmarshal([]byte(body), &in); err != nil {
			got, _ = misread([]byte(body), err)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}

// Of what is no JSON and no base64 it says nothing, and the journal does.
func TestNoJSON(t *testing.T) {
	var in struct{ Blob []byte }
	for body, want := range map[string]string{
		`{"Blob": "a"`:   "the body is no JSON: unexpected end of JSON input",
		`{Blob: 1}`:      "the body is no JSON: invalid character 'B' looking for beginning of object key string",
		`{"Blob": "a?"}`: "a blob in the body is no base64",
	} {
		if said, why := misread([]byte(body), json.Unmarshal([]byte(body), &in)); said != "" || why != want {
			t.Errorf("%s: %q, %q, want %q", body, said, why, want)
		}
	}
}

// Whatever is sent, no word of Go's is told.
func FuzzMisread(f *testing.F) {
	for _, body := range []string{`{"Name": true}`, `{"List": [1]}`, `{"Nested": {"Blob": "?"}}`, `{"Map": {"a": {}}}`, `[`, "1"} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var in struct {
			Name   string
			Count  int
			Flag   *bool
			List   []string
			Map    map[string]string
			Nested []struct{ Blob []byte }
		}
		err := json.Unmarshal([]byte(body), &in)
		if err == nil {
			return
		}
		said, why := misread([]byte(body), err)
		if (said == "") == (why == "") || strings.Contains(said, "json") || strings.HasPrefix(said, " ") {
			t.Errorf("%q: %q, %q", body, said, why)
		}
	})
}
