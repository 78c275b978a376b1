package wire

import (
	"strings"
	"testing"
)

func TestBucketNames(t *testing.T) {
	for _, good := range []string{"abc", "my-bucket", "my.bucket.1", "0-0", strings.Repeat("a", 63)} {
		if !MayBeBucket(good) {
			t.Errorf("%s is refused", good)
		}
	}
	for _, bad := range []string{"ab", "My-bucket", "my_bucket", "-abc", "abc-", ".abc", "a..b", "192.168.5.4", "xn--abc",
		"sthree-abc", "abc-s3alias", "abc--ol-s3", "abc.mrap", strings.Repeat("a", 64)} {
		if MayBeBucket(bad) {
			t.Errorf("%s is taken", bad)
		}
	}
}
