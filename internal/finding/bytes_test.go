package finding

import "testing"

func TestWrongBytes(t *testing.T) {
	holds(t, map[string]struct {
		written
		want []string
	}{
		"other bytes than were sent last": {written{
			requests: "0 PutObject b/a 200 i=1 sha=one\n10 PutObject b/a 200 i=2 sha=two", after: "b/a=one", exit: 1,
		}, []string{"wrong-bytes b/a"}},
		"those that were": {written{
			requests: "0 PutObject b/a 200 i=1 sha=one\n10 PutObject b/a 200 i=2 sha=two", after: "b/a=two",
		}, nil},
		"a copy carries no bytes, and signs so": {written{
			requests: "0 CopyObject b/a 200 i=1 sha=", after: "b/a=one",
		}, nil},
		"two side by side: either": {written{
			requests: "0 PutObject b/a 200 i=1 sha=one d=50\n10 PutObject b/a 200 i=2 sha=two", after: "b/a=one",
		}, nil},
		"a byte was changed, and nothing told of it": {written{
			requests: "0 PutObject b/a 200 i=1 !request_body:corrupt@0", after: "b/a=pne",
		}, []string{"wrong-bytes b/a"}},
		"a byte that it has not": {written{
			requests: "0 PutObject b/a 200 i=1 !request_body:corrupt@99", after: "b/a=one",
		}, nil},
		"which byte is not known": {written{
			requests: "0 PutObject b/a 200 i=1 !request_body:corrupt", after: "b/a=one",
		}, []string{"cannot-say b/a"}},
		"written again": {written{
			requests: "0 PutObject b/a 200 i=1 !request_body:corrupt@0\n10 PutObject b/a 200 i=2", after: "b/a=one",
		}, nil},
		"a part was changed": {written{
			requests: `
				0 UploadPart b/a 200 i=1 up=U part=1
				5 UploadPart b/a 200 i=2 up=U part=2 !request_body:corrupt@0
				10 CompleteMultipartUpload b/a 200 i=3 up=U`, after: "b/a=one|uwo",
		}, []string{"wrong-bytes b/a"}},
		"a part was sent again": {written{
			requests: `
				0 UploadPart b/a 200 i=1 up=U part=1
				5 UploadPart b/a 200 i=2 up=U part=2 !request_body:corrupt@0
				7 UploadPart b/a 200 i=4 up=U part=2 sha=two
				10 CompleteMultipartUpload b/a 200 i=3 up=U`, after: "b/a=one|two",
		}, nil},
		"a part of another hash": {written{
			requests: `
				0 UploadPart b/a 200 i=1 up=U part=1 sha=one
				5 UploadPart b/a 200 i=2 up=U part=2 sha=two
				10 CompleteMultipartUpload b/a 200 i=3 up=U`, after: "b/a=one|uwo",
		}, []string{"wrong-bytes b/a"}},
		"not what both baselines wrote": {written{
			requests: "0 PutObject b/a 200 i=1 sha=two !arrival:latency", after: "b/a=two", left: "b/a=one",
		}, []string{"wrong-bytes b/a"}},
		"not that, and the program says so": {written{
			requests: "0 PutObject b/a 200 i=1 sha=two !arrival:latency", after: "b/a=two", left: "b/a=one", exit: 1,
		}, nil},
		"said by its lost write": {written{
			requests: "0 PutObject b/a 403 AccessDenied i=1 sha=one deny=a !arrival:latency",
			before:   "b/a=old", after: "b/a=old", left: "b/a=one",
		}, []string{"lost-write b/a"}},
	})
}

// What differs between the baselines is not held against a run.
func TestWrongBytesOfChangingObjects(t *testing.T) {
	r := written{requests: "0 PutObject b/log 200 i=1 sha=12:07 !arrival:latency", after: "b/log=12:07"}.run(t)
	one, other := written{after: "b/log=12:05"}.run(t), written{after: "b/log=12:06"}.run(t)
	r.Baselines = &Baselines{one, other}
	if got := found(r); len(got) != 1 || got[0] != "good" {
		t.Errorf("found %q", got)
	}
	if r.Baselines.Stable()("b/log") != true || len(r.Baselines.Wrote()) != 0 {
		t.Error("b/log has a stable name, and no stable bytes")
	}
}
