package store

import (
	"crypto/md5"
	"fmt"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/world"
)

func TestETag(t *testing.T) {
	sum := md5.Sum([]byte("x"))
	plain := fmt.Sprintf("%x", sum)
	for _, row := range []struct {
		enc   Encryption
		isMD5 bool
	}{
		{Encryption{}, true},
		{Encryption{Algorithm: "AES256"}, true},
		{Encryption{Algorithm: "aws:kms"}, false},
		{Encryption{Algorithm: "aws:kms:dsse", KeyARN: "arn"}, false},
		{Encryption{CustomerKeyMD5: "md5"}, false},
	} {
		tag := row.enc.ETag(sum, "salt")
		if (tag == plain) != row.isMD5 || row.enc.MD5IsETag() != row.isMD5 || len(tag) != len(plain) {
			t.Errorf("%+v: %s", row.enc, tag)
		}
		if row.enc.ETag(sum, "salt") != tag || !row.isMD5 && row.enc.ETag(sum, "other") == tag {
			t.Errorf("%+v: the ETag does not follow its salt", row.enc)
		}
	}
}

func TestDefaults(t *testing.T) {
	now := time.Unix(1700000000, 0)
	b := &world.Bucket{Owner: "123456789012", ObjectLock: &world.ObjectLock{Mode: "GOVERNANCE", Days: 1}}
	b.Versioning = world.VersioningEnabled
	o := Make(b, Defaults(&world.State{}, b, "k", now), Body{Size: 1, ETag: "e"}, now)
	if o.Key != "k" || o.Owner != b.Owner || o.Encryption.Algorithm != "AES256" || !IsVersionID(o.Version) || o.ETag != "e" {
		t.Errorf("made %+v", o)
	}
	if o.Retention.Mode != "GOVERNANCE" || !o.Retention.Until.Equal(now.AddDate(0, 0, 1)) {
		t.Errorf("its retention is %+v", o.Retention)
	}
}
