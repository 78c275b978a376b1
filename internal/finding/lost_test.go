package finding

import "testing"

const slowDown = " 503 SlowDown !before_commit:error* "

func TestLostWrite(t *testing.T) {
	holds(t, map[string]struct {
		written
		want []string
	}{
		"a put that was refused for good": {written{
			requests: "0 PutObject b/a 503 SlowDown i=1 !before_commit:error*\n" +
				"100 PutObject b/a 503 SlowDown i=1 !before_commit:error*",
		}, []string{"lost-write b/a"}},
		"the program says so": {written{
			requests: "0 PutObject b/a 503 SlowDown i=1 !before_commit:error*\n" +
				"100 PutObject b/a 503 SlowDown i=1 !before_commit:error*",
			exit: 1,
		}, nil},
		"another attempt": {written{
			requests: "0 PutObject b/a" + slowDown + "i=1 sha=x\n100 PutObject b/a 200 i=1 sha=x", after: "b/a=x",
		}, nil},
		"another call": {written{
			requests: "0 PutObject b/a" + slowDown + "i=1 sha=x\n100 PutObject b/a 200 i=2 sha=y", after: "b/a=y",
		}, nil},
		"an earlier write does not help": {written{
			requests: "0 PutObject b/a 200 i=1 sha=x\n100 PutObject b/a" + slowDown + "i=2 sha=y\n" +
				"200 PutObject b/a" + slowDown + "i=2 sha=y", after: "b/a=x",
		}, []string{"lost-write b/a"}},
		"it is there as it was to be": {written{
			requests: "0 PutObject b/a 403 AccessDenied i=2 sha=x deny=a", before: "b/a=x", after: "b/a=x",
		}, nil},
		"a delete settles it": {written{
			requests: "0 PutObject b/a" + slowDown + "i=1\n" +
				"50 PutObject b/a" + slowDown + "i=1\n100 DeleteObject b/a 204 i=2",
		}, nil},
		"done, and the answer lost": {written{
			requests: "0 PutObject b/a 500 InternalError i=1 sha=x !after_commit:error*\n" +
				"90 PutObject b/a 200 i=1 sha=x", after: "b/a=x",
		}, nil},
		"done, and nothing came back": {written{
			requests: "0 PutObject b/a 0 i=1 sha=x !after_commit:reset*", after: "b/a=x",
		}, []string{"no-retry b/a"}},
		"cut within the body": {written{
			requests: "0 PutObject b/a 0 i=1 sha=x !request_body:reset@1024*\n" +
				"90 PutObject b/a 0 i=1 sha=x !request_body:reset@1024*",
		}, []string{"lost-write b/a"}},
		"an error behind the status 200": {written{
			requests: "0 CopyObject b/a 200 SlowDown i=1 !before_commit:error_in_200*",
		}, []string{"lost-write b/a"}},
		"a condition that did not hold": {written{
			requests: "0 PutObject b/lock 412 PreconditionFailed i=1 if=*", before: "b/lock=x", after: "b/lock=x",
		}, nil},
		"refused when nothing goes wrong, too": {written{
			requests: "0 PutObject b/a 403 AccessDenied i=1 deny=a", as: "0 PutObject b/a 403 AccessDenied i=1 deny=a",
		}, []string{"rule-never-struck"}},
		"a configuration": {written{
			requests: "0 PutBucketTagging b 403 AccessDenied i=1 deny=",
		}, []string{"lost-write"}},
	})
}

func TestLostDeletes(t *testing.T) {
	holds(t, map[string]struct {
		written
		want []string
	}{
		"it is still there": {written{
			requests: "0 DeleteObject b/a 403 AccessDenied i=1 deny=a", before: "b/a=x", after: "b/a=x",
		}, []string{"lost-write b/a"}},
		"it is not": {written{
			requests: "0 DeleteObject b/a 0 i=1 !after_commit:reset*\n" +
				"9 DeleteObject b/a 0 i=1 !before_commit:reset*", before: "b/a=x",
		}, nil},
		"some keys of many": {written{
			requests: "0 DeleteObjects b/ 200 i=1 del=d/1 del=d/2 refused=d/2", before: "b/d/1=x b/d/2=x", after: "b/d/2=x",
		}, []string{"lost-write b/d/2"}},
		"some keys, and then those alone": {written{
			requests: "0 DeleteObjects b/ 200 i=1 del=d/1 del=d/2 refused=d/2\n20 DeleteObject b/d/2 204 i=2",
		}, nil},
		"the whole list": {written{
			requests: "0 DeleteObjects b/ 503 SlowDown i=1 del=d/1 del=d/2 !before_commit:error*\n" +
				"99 DeleteObjects b/ 503 SlowDown i=1 del=d/1 del=d/2 !before_commit:error*",
			before: "b/d/1=x b/d/2=x", after: "b/d/1=x b/d/2=x",
		}, []string{"lost-write b/d/1 b/d/2"}},
		"the whole list, and again": {written{
			requests: "0 DeleteObjects b/ 503 SlowDown i=1 del=d/1 !before_commit:error*\n" +
				"99 DeleteObjects b/ 200 i=1 del=d/1",
			before: "b/d/1=x",
		}, nil},
		"before anybody had read it": {written{
			requests: "0 DeleteObjects b/ 503 SlowDown i=1 !arrival:throttle*\n" +
				"99 DeleteObjects b/ 503 SlowDown i=1 !arrival:throttle*",
			before: "b/d/1=x", after: "b/d/1=x",
		}, []string{"cannot-say"}},
		"a version": {written{
			requests: "0 DeleteObjects b/ 200 i=1 delv=d refused=d",
		}, []string{"lost-write b/d"}},
	})
}

func TestLostParts(t *testing.T) {
	const begin = "0 CreateMultipartUpload b/a 200 i=1\n10 UploadPart b/a 200 i=2 up=U part=1 sha=one\n"
	const fails = "20 UploadPart b/a 503 SlowDown i=3 up=U part=2 sha=two !before_commit:error*\n" +
		"80 UploadPart b/a 503 SlowDown i=3 up=U part=2 sha=two !before_commit:error*\n"
	holds(t, map[string]struct {
		written
		want []string
	}{
		"completed without it": {written{
			requests: begin + fails + "100 CompleteMultipartUpload b/a 200 i=4 up=U", after: "b/a=one",
		}, []string{"lost-write b/a"}},
		"sent again": {written{
			requests: begin + fails + "90 UploadPart b/a 200 i=5 up=U part=2 sha=two\n" +
				"100 CompleteMultipartUpload b/a 200 i=4 up=U", after: "b/a=one|two",
		}, nil},
		"sent again in another upload": {written{
			requests: begin + fails + "90 AbortMultipartUpload b/a 204 i=5 up=U\n" +
				"100 PutObject b/a 200 i=6 sha=onetwo", after: "b/a=onetwo",
		}, nil},
		"given up": {written{
			requests: begin + fails + "90 AbortMultipartUpload b/a 204 i=5 up=U",
		}, []string{"lost-write b/a"}},
		"the last step by retries": {written{
			requests: begin + "20 CompleteMultipartUpload b/a 500 InternalError i=4 up=U !before_commit:error*\n" +
				"90 CompleteMultipartUpload b/a 200 i=4 up=U", after: "b/a=one",
		}, nil},
		"the last step lost": {written{
			requests: begin + "20 CompleteMultipartUpload b/a 200 InternalError i=4 up=U !before_commit:error_in_200*",
			after:    "^b/a=U",
		}, []string{"lost-write b/a", "left-behind b/a"}},
		"the first step, then in one": {written{
			requests: "0 CreateMultipartUpload b/a 403 AccessDenied i=1 deny=a\n" +
				"10 PutObject b/a 200 i=2 sha=x", after: "b/a=x",
		}, nil},
		"the first step": {written{
			requests: "0 CreateMultipartUpload b/a 403 AccessDenied i=1 deny=a",
		}, []string{"lost-write b/a"}},
	})
}
