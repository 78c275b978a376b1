package awsapi

import (
	"encoding/json"
	"testing"
)

// What a JSON API says of a value of another type names no type of ours.
func TestValuesOfOtherTypes(t *testing.T) {
	var in struct {
		Name   string
		Count  int
		Flag   *bool
		List   []string
		Nested struct{ Name string }
	}
	for body, want := range map[string]string{
		`{"Name": 1.5}`:             "NUMBER_VALUE can not be converted to a String",
		`{"Name": true}`:            "BOOL_VALUE can not be converted to a String",
		`{"Name": {}}`:              "Start of structure or map found where not expected.",
		`{"Name": []}`:              "Start of list found where not expected.",
		`{"Count": "1"}`:            "STRING_VALUE can not be converted to an Integer",
		`{"Flag": "yes"}`:           "STRING_VALUE can not be converted to a Boolean",
		`{"List": "a"}`:             "Expected list or null",
		`{"Nested": "a"}`:           "Expected null",
		`{"Nested": {"Name": 1}}`:   "NUMBER_VALUE can not be converted to a String",
		`[]`:                        "Expected null",
		`{"Name": "a"`:              "unexpected end of JSON input",
		`{"Name": "a", "Other": 1}`: "",
	} {
		got := ""
		if err := json.Unmarshal([]byte(body), &in); err != nil {
			got = misread(err)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}
