package scenarios_test

import (
	"testing"

	"github.com/s3fault/s3fault/scenarios"
)

// TestAlone: a scenario that is written as a file of its own is the same again, for each of the
// library.
func TestAlone(t *testing.T) {
	library, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range library.Names() {
		text, err := library.Alone(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := scenarios.Parse(name+".json", text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		again, err := file.Alone(name)
		if err != nil || string(again) != string(text) {
			t.Errorf("%s is written as %s, and then as %s (%v)", name, text, again, err)
		}
	}
	if _, err := library.Alone("ip-dney"); err == nil {
		t.Error("there is a scenario ip-dney")
	}
}
