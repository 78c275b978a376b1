package advice

import (
	"strings"
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/policy"
	"github.com/s3fault/s3fault/sigv4"
)

// What is a slip of the pen, and what is another name.
func TestSlip(t *testing.T) {
	for _, c := range []struct {
		written, meant string
		want           bool
	}{
		{"my-bukcet", "my-bucket", true}, {"my-buckt", "my-bucket", true}, {"my-buckets", "my-bucket", true},
		{"My-Bucket", "my-bucket", true}, {"my_bucket", "my-bucket", true}, {"mybucket", "my-bucket", true},
		{"arn:aws:s3::b/k", "arn:aws:s3:::b/k", true}, {"/in/k", "in/k", true}, {"in/k/", "in/k", true},
		{" in/k", "in/k", true},
		{"123456789021", "123456789012", true}, {"12345678901", "123456789012", true},
		{"1234-5678-9012", "123456789012", true},
		{"AES-256", "AES256", true}, {"aes256", "AES256", true},
		{"logging.s3.amazonaws.co", "logging.s3.amazonaws.com", true},
		{"logs-2023", "logs-2024", false}, {"dev", "prd", false}, {"app-1", "app-2", false},
		{"222222222222", "123456789012", false},
		{"ann", "bob", false}, {"k", "k", false}, {"", "k", false}, {"k", "", false}, {"in/a/k", "in/b/k", false},
		{"reports/a", "report/b", false}, {"staging", "production", false}, {"123456789013", "123456789012", false},
	} {
		if got := slip(c.written, c.meant); got != c.want {
			t.Errorf("%q for %q: a slip %v, want %v", c.written, c.meant, got, c.want)
		}
	}
}

// Each way in which a signature fails has a cure of its own, and none is to have other credentials.
func TestEveryReasonHasItsCure(t *testing.T) {
	s := &setting{&program{&search{now: &Outcome{Made: Made{Presented: &sigv4.Presented{SignedHeaders: []string{"host"}}}}}}}
	told := map[string]sigv4.Reason{}
	for _, reason := range sigv4.Reasons() {
		text := s.signAdvice(&sigv4.Error{Reason: reason, Argument: "x-amz-date", HeadersNotSigned: []string{"x-amz-meta-a"}})
		if before, twice := told[text]; twice {
			t.Errorf("%s is cured as %s is: %s", reason, before, text)
		}
		if told[text] = reason; text == "" || strings.Contains(text, "credentials that are good") {
			t.Errorf("%s: %q", reason, text)
		}
	}
}

// Whatever is written and seen, a corrected value lets through what was seen.
func FuzzRespelled(f *testing.F) {
	for _, seed := range []struct{ written, seen string }{
		{"arn:aws:s3:::my-bukcet/*", "arn:aws:s3:::my-bucket/k"}, {"home/${aws:username}/", "hom/ann/"},
		{"*/reprots/*", "in/reports/k"},
		{"a?cdefgh", "abcdefgi"}, {"arn:aws:s3::b/*", "arn:aws:s3:::b/k*"}, {"${", "$"}, {"in/k", "/in/k"},
	} {
		f.Add(seed.written, seed.seen)
	}
	f.Fuzz(func(t *testing.T, written, seen string) {
		if len(written)+len(seen) > 300 || strings.ContainsRune(written+seen, 0xFFFD) {
			return
		}
		w := wrongFor("arn:aws:s3:::b/k")
		for _, h := range []hair{respelling, longer, below, elsewhere, addressed, maskless, viaRegion, userID} {
			m, ok := h(w, written, seen)
			if ok && m.value != written && !w.lets(m.value, seen) && !inNetwork(m.value, seen) {
				t.Errorf("%q is corrected to %q, which does not let %q through", written, m.value, seen)
			}
		}
	})
}

// respelling is respelled where nothing is there that could have been meant.
func respelling(w *wrong, written, seen string) (mend, bool) {
	return w.respelledIn(written, seen)
}

func wrongFor(resource string) *wrong {
	ctx := policy.NewContext()
	ctx.Set("aws:username", "ann")
	q := &authz.Request{Action: "s3:GetObject", Resource: resource, Context: ctx}
	return &wrong{search: &search{}, q: q, version: "2012-10-17"}
}
