package deeds_test

import (
	"slices"
	"testing"

	"github.com/s3fault/s3fault/internal/deeds"
	"github.com/s3fault/s3fault/internal/worldtest"
)

// However many deeds may be, those that may not are looked for behind them.
func TestFirstOfThoseThatMayNotBe(t *testing.T) {
	w := worldtest.Build(t, facts)
	after := patched(t, w, bucketPolicy(`{"Effect": "Allow", "Principal": {"AWS": "123456789012"}, `+
		`"Action": "s3:GetObject", "Resource": "arn:aws:s3:::my-bucket/*"}`,
		`{"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::123456789012:user/ann", `+
			`"arn:aws:iam::123456789012:user/bob"]}, "Action": "s3:*", "Resource": "arn:aws:s3:::my-bucket/*"}`))
	const ann = "arn:aws:iam::123456789012:user/ann"
	may := func(d deeds.Found, _ bool) bool { return d.Principal == ann }
	all := deeds.Cast(w.Moment, worldtest.Loaded.Now, deeds.Subject{}).First(3, after, may)
	others := slices.DeleteFunc(all.Opened, func(d deeds.Found) bool { return d.Principal == ann })
	if len(others) == 0 || len(all.Closed) > 0 {
		t.Errorf("%d deeds of others are opened, of %d", len(others), len(all.Opened))
	}
}
