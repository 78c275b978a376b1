package lesson_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/lesson"
	"github.com/s3fault/s3fault/scenarios"
)

// The wide cures can be made in every world of the library.
func TestWideCures(t *testing.T) {
	file, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	s, err := emulator.New(emulator.Config{File: file})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	made := map[string]int{}
	for _, name := range file.Names() {
		facts, err := s.Facts(name)
		if err != nil {
			t.Fatal(err)
		}
		cures, err := lesson.WideCures(facts, "app")
		if err != nil || len(cures) == 0 {
			t.Fatalf("%s: %d cures, %v", name, len(cures), err)
		}
		for _, c := range cures {
			made[c.Name]++
			patch, err := json.Marshal(c.Patch)
			if err == nil {
				err = s.Patch(name, patch)
			}
			if err != nil {
				t.Errorf("%s, %s: %v", name, c.Name, err)
			}
		}
	}
	t.Log(made)
}

// Each is beside what was there, and for the program that there is.
func TestWideCuresOfAWorld(t *testing.T) {
	const world = `{"accounts":{"111111111111":{"roles":{"reader":{}}}},
		"callers":{"app":{"account":"111111111111","role":"reader"}},
		"buckets":{"b":{"owner":"222222222222","policy":{"Statement":{"Sid":"First"}}}},
		"kms_keys":{"k":{"account":"111111111111"}}}`
	cures, err := lesson.WideCures([]byte(world), "app")
	if err != nil || len(cures) != 3 {
		t.Fatalf("%d cures, %v", len(cures), err)
	}
	for i, parts := range [][]string{
		{`{"Sid":"First"},{`, `"Principal":{"AWS":"*"}`, `"public_access_block":"none"`, `"kms_keys":{"k":{`},
		{`"roles":{"reader":{"policies":{"wide":`, `"Action":"*"`},
		{`"Principal":{"AWS":"arn:aws:iam::111111111111:root"}`, `"kms_keys":{}`},
	} {
		text, err := json.Marshal(cures[i].Patch)
		for _, part := range parts {
			if err != nil || !strings.Contains(string(text), part) {
				t.Errorf("%s is %s, without %s (%v)", cures[i].Name, text, part, err)
			}
		}
	}
	if cures, err = lesson.WideCures([]byte(world), "nobody"); err != nil || len(cures) != 1 {
		t.Errorf("for nobody: %d cures, %v", len(cures), err)
	}
	if _, err = lesson.WideCures([]byte("{"), "app"); err == nil {
		t.Error("half a world is one")
	}
}
