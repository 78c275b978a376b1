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
	} {
		if got := Name(row.name, names); got != row.want {
			t.Errorf("Name(%q) = %q, want %q", row.name, got, row.want)
		}
	}
	if got := Name("plain", nil); got != "" {
		t.Errorf("Name without candidates = %q", got)
	}
}
