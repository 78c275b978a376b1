package finding

import "testing"

func TestIgnoredRefusal(t *testing.T) {
	holds(t, map[string]struct {
		written
		want []string
	}{
		"a head of 403, taken for absence": {written{
			requests: `
				0 HeadObject b/a 403 AccessDenied i=1 deny=a
				10 PutObject b/a 200 i=2 sha=x`, after: "b/a=x", left: "b/a=x",
		}, []string{"ignored-refusal b/a"}},
		"the program says so": {written{
			requests: "0 HeadObject b/a 403 AccessDenied i=1 deny=a", exit: 1,
		}, nil},
		"a head, and then the object": {written{
			requests: "0 HeadObject b/a 403 AccessDenied i=1 deny=a\n10 GetObject b/a 200 i=2",
		}, nil},
		"not found is an answer": {written{requests: "0 HeadObject b/a 404 NoSuchKey i=1"}, nil},
		"no such bucket is none": {written{requests: "0 HeadBucket b 404 NoSuchBucket i=1"}, []string{"ignored-refusal"}},
		"refused when nothing goes wrong, too": {written{
			requests: "0 GetBucketLocation b 403 AccessDenied i=1 deny= !arrival:latency",
			as:       "0 GetBucketLocation b 403 AccessDenied i=1 deny=",
		}, nil},
		"refused then with another code": {written{
			requests: "0 HeadObject b/a 403 AccessDenied i=1 deny=a", as: "0 HeadObject b/a 404 NoSuchKey i=1",
		}, []string{"ignored-refusal b/a"}},
		"of names that change, refused alike": {written{
			requests: "0 GetObject b/1207 403 AccessDenied i=1 deny=1207 !arrival:latency",
			as:       "0 GetObject b/1207x 403 AccessDenied i=1 deny=1207x",
		}, []string{"ignored-refusal b/1207"}},
		"a read that was told to slow down": {written{
			requests: `
				0 GetObject b/a 503 SlowDown i=1 !before_commit:error*
				90 GetObject b/a 503 SlowDown i=1 !before_commit:error*`,
		}, []string{"ignored-refusal b/a"}},
		"and then got it": {written{
			requests: "0 GetObject b/a 503 SlowDown i=1 !before_commit:error*\n90 GetObject b/a 200 i=1",
		}, nil},
		"a lost write is told once": {written{
			requests: "0 PutObject b/a 403 AccessDenied i=1 deny=a",
		}, []string{"lost-write b/a"}},
		"an abort": {written{
			requests: "0 AbortMultipartUpload b/a 403 AccessDenied i=1 up=U deny=a", after: "^b/a=U",
		}, []string{"ignored-refusal b/a", "left-behind b/a"}},
		"another service": {written{requests: "0 sts:AssumeRole / 403 AccessDenied i=1"}, []string{"ignored-refusal"}},
	})
}

// Keys that are another name in each run are compared without it.
func TestUsualRefusalsOfChangingKeys(t *testing.T) {
	r := written{requests: "0 GetObject b/1207 403 AccessDenied i=1 deny=1207 !arrival:latency"}.run(t)
	one := written{requests: "0 GetObject b/1205 403 AccessDenied i=1 deny=1205"}.run(t)
	other := written{requests: "0 GetObject b/1206 403 AccessDenied i=1 deny=1206"}.run(t)
	r.Baselines = &Baselines{one, other}
	if got := found(r); len(got) != 1 || got[0] != "good" {
		t.Errorf("found %q", got)
	}
}

func TestPointlessRetry(t *testing.T) {
	const denied = "PutObject b/a 403 AccessDenied sha=x deny=a "
	holds(t, map[string]struct {
		written
		want []string
	}{
		"in one call": {written{
			requests: "0 " + denied + "i=1\n50 " + denied + "i=1", exit: 1,
		}, []string{"pointless-retry b/a"}},
		"in two": {written{
			requests: "0 " + denied + "i=1\n50 " + denied + "i=2", exit: 1,
		}, []string{"pointless-retry b/a"}},
		"without ids": {written{requests: "0 " + denied + "\n50 " + denied, exit: 1}, []string{"pointless-retry b/a"}},
		"once":        {written{requests: "0 " + denied + "i=1", exit: 1}, nil},
		"asked before the answer was there": {written{
			requests: "0 " + denied + "i=1 d=50\n10 " + denied + "i=2 d=50", exit: 1,
		}, nil},
		"other bytes are another request": {written{
			requests: "0 " + denied + "i=1\n50 PutObject b/a 403 AccessDenied sha=y deny=a i=2", exit: 1,
		}, nil},
		"it asks twice when nothing goes wrong": {written{
			requests: "0 HeadObject b/a 403 AccessDenied i=1 deny=a\n50 HeadObject b/a 403 AccessDenied i=2 deny=a", exit: 1,
			as: "0 HeadObject b/a 200 i=1\n50 HeadObject b/a 200 i=2",
		}, nil},
		"and now three times": {written{
			requests: `
				0 HeadObject b/a 403 AccessDenied i=1 deny=a
				50 HeadObject b/a 403 AccessDenied i=2 deny=a
				90 HeadObject b/a 403 AccessDenied i=3 deny=a`, exit: 1,
			as: "0 HeadObject b/a 200 i=1\n50 HeadObject b/a 200 i=2",
		}, []string{"pointless-retry b/a"}},
		"somebody cured it": {written{
			requests: "0 " + denied + "i=1\n50 PutObject b/a 200 i=2 sha=x", after: "b/a=x",
		}, nil},
		"SDKs do so by design": {written{
			requests: "0 sts:AssumeRoleWithWebIdentity / 400 InvalidIdentityToken i=1\n" +
				"50 sts:AssumeRoleWithWebIdentity / 400 InvalidIdentityToken i=1", exit: 1,
		}, nil},
		"waiting for a key": {written{
			requests: "0 GetObject b/a 404 NoSuchKey i=1\n50 GetObject b/a 404 NoSuchKey i=2", exit: 1,
		}, nil},
		"waiting for a lock": {written{
			requests: `
				0 PutObject b/a 412 PreconditionFailed i=1 if=*
				50 PutObject b/a 412 PreconditionFailed i=2 if=*`, exit: 1,
		}, nil},
		"another service, in one call": {written{
			requests: "0 sts:AssumeRole / 403 AccessDenied i=1\n50 sts:AssumeRole / 403 AccessDenied i=1", exit: 1,
		}, []string{"pointless-retry"}},
		"another service, which tells nothing of its body": {written{
			requests: "0 iam:GetUser / 403 AccessDenied i=1\n50 iam:GetUser / 403 AccessDenied i=2", exit: 1,
		}, nil},
	})
}
