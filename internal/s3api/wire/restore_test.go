package wire

import "testing"

// FuzzRestore: no document makes it panic, and what it takes is within bounds.
func FuzzRestore(f *testing.F) {
	for _, inside := range []string{
		"", "<Days>1</Days>", "<Days>0</Days>", "<Days>99999999999999999999</Days>", "<Tier>Bulk</Tier>",
		"<Days>2</Days><GlacierJobParameters><Tier>Expedited</Tier></GlacierJobParameters>",
		"<Type>SELECT</Type>", "<Type>other</Type>", "<OutputLocation/>", "<Tier>Slow</Tier>",
	} {
		f.Add([]byte("<RestoreRequest>" + inside + "</RestoreRequest>"))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if r, err := ParseRestore(text); err == nil && (r.Days < 0 || r.Tier == "") {
			t.Errorf("%q is %+v", text, r)
		}
	})
}
