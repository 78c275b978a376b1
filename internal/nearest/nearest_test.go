package nearest

import "testing"

func TestName(t *testing.T) {
	names := []string{"ip-deny", "kms-missing", "plain", "s3:GetObject"}
	for _, row := range []struct{ name, want string }{
		{"ip-dney", "ip-deny"},
		{"kms-mising", "kms-missing"},
		{"S3:getobjekt", "s3:GetObject"},
		{"plain", "plain"},
		{"PLAIN", "plain"},
		{"entirely-else", ""},
		{"", ""},
		{"x", ""},
		{"palin", "plain"},
		{"missing", "kms-missing"},
		{"mising", "kms-missing"},
		{"ip", ""},
		{"s3:bar", ""},
	} {
		if got := Name(row.name, names); got != row.want {
			t.Errorf("Name(%q) = %q, want %q", row.name, got, row.want)
		}
	}
	keys := []string{"error_document", "index_document", "index_document_of_errors"}
	for name, want := range map[string]string{
		"indx": "index_document", "index": "index_document", "dokument": "error_document",
	} {
		if got := Name(name, keys); got != want {
			t.Errorf("Name(%q) = %q, want %q", name, got, want)
		}
	}
	if got := Name("plain", nil); got != "" {
		t.Errorf("Name without candidates = %q", got)
	}
}

// Edits are counted up to a limit, and not beyond it.
func TestEdits(t *testing.T) {
	for _, row := range []struct {
		a, b        string
		limit, want int
	}{
		{"images", "images", 3, 0}, {"imgaes", "images", 3, 1}, {"images", "image", 3, 1}, {"abc", "xyz", 9, 3},
		{"abcdef", "uvwxyz", 3, 3}, {"a", "abcdef", 3, 3},
	} {
		if got := Edits(row.a, row.b, row.limit); got != row.want {
			t.Errorf("Edits(%q, %q, %d) = %d, want %d", row.a, row.b, row.limit, got, row.want)
		}
	}
}
