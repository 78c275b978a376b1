package audit

import "testing"

func TestRenamed(t *testing.T) {
	for before, want := range map[string]string{
		`{"accounts":{"123456789012":{}},"arn":"arn:aws:iam::210987654321:user/u","host":"210987654321.s3-control"}`: `{"accounts":{"111111111111":{}},"arn":"arn:aws:iam::222222222222:user/u","host":"222222222222.s3-control"}`,
		`{"key":"backup-202612010805","size":123456789012}`:                                                          `{"key":"backup-202612010805","size":123456789012}`,
		`{"r":"arn:aws:s3:us-east-1:123456789012:accesspoint/a","m":"account 123456789012 has no"}`:                  `{"r":"arn:aws:s3:us-east-1:111111111111:accesspoint/a","m":"account 111111111111 has no"}`,
	} {
		if got := string(renamed([]byte(before))); got != want {
			t.Errorf("%s is renamed to %s, want %s", before, got, want)
		}
	}
}

// A key of twelve digits, as of a backup each minute, is no account: it is renamed nowhere.
func TestKeysAreNoAccounts(t *testing.T) {
	for _, text := range []string{
		`{"key":"202612010805","keys":["b/202612010805"]}`,
		`{"objects":{"202612010805":{}}}`,
		`{"refused":{"202612010805":"AccessDenied"}}`,
	} {
		if got := string(renamed([]byte(text))); got != text {
			t.Errorf("%s is renamed to %s", text, got)
		}
	}
	if got := string(renamed([]byte(`{"owner":"123456789012"}`))); got != `{"owner":"111111111111"}` {
		t.Errorf("an owner is renamed to %s", got)
	}
}
