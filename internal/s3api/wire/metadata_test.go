package wire

import (
	"strings"
	"testing"
)

// The first rows are recordings of S3: sent, and given back.
func TestMetadataWords(t *testing.T) {
	rows := []struct{ sent, back string }{
		{"=?UTF-8?Q?actually-ascii?=", "actually-ascii"},
		{"=?UTF-8?B?YWJj?=", "abc"},
		{"=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?=", "=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?="},
		{"test_\u2014_file%E2%80%94_\u00e9_2?.pdf", "=?UTF-8?Q?test=5F=E2=80=94=5Ffile%E2%80%94=5F=C3=A9=5F2=3F.pdf?="},
		{"=?UTF-8?B?AAECAw==?=", "=?UTF-8?B?AAECAw==?="},
		{"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"},
		{"=?x-unknown?Q?a?=", "=?x-unknown?Q?a?="},
		{"=?UTF-8?Q?", "=?UTF-8?Q?"},
	}
	for _, row := range rows {
		if got := encodedWord(decodedWords(row.sent)); got != row.back {
			t.Errorf("%q comes back as %q, want %q", row.sent, got, row.back)
		}
	}
}

func FuzzMetadataWords(f *testing.F) {
	f.Add("=?UTF-8?Q?=C3=84_b?=")
	f.Add("plain")
	f.Fuzz(func(t *testing.T, v string) {
		word := encodedWord(v)
		for i := range len(word) {
			if c := word[i]; c < ' ' && c != '\t' || c >= 0x7f {
				t.Fatalf("%q cannot be a header: %q", v, word)
			}
		}
		if word != v && strings.ToValidUTF8(v, "") == v {
			if again := decodedWords(word); again != v {
				t.Errorf("%q is written %q and read %q", v, word, again)
			}
		}
	})
}
