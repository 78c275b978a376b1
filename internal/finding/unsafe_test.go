package finding

import "testing"

func TestUnsafeRetry(t *testing.T) {
	holds(t, map[string]struct {
		written
		want []string
	}{
		"its own object is in the way": {written{
			requests: `
				0 PutObject b/a 0 i=1 if=* sha=x !after_commit:reset*
				50 PutObject b/a 412 PreconditionFailed i=1 if=* sha=x`,
			after: "b/a=x", exit: 1,
		}, []string{"unsafe-retry b/a"}},
		"it looked, and knew": {written{
			requests: `
				0 PutObject b/a 0 i=1 if=* sha=x !after_commit:reset*
				50 PutObject b/a 412 PreconditionFailed i=1 if=* sha=x`,
			after: "b/a=x",
		}, nil},
		"again by the program": {written{
			requests: `
				0 PutObject b/a 500 InternalError i=1 if=* !after_commit:error*
				50 PutObject b/a 412 PreconditionFailed i=2 if=*`,
			after: "b/a=x", exit: 1,
		}, []string{"unsafe-retry b/a"}},
		"somebody else's object": {written{
			requests: "0 PutObject b/a 500 InternalError i=1 if=* sha=x !before_commit:error*\n" +
				"50 PutObject b/a 412 PreconditionFailed i=1 if=* sha=x", before: "b/a=y", after: "b/a=y", exit: 1,
		}, nil},
		"its upload is gone, as it is completed": {written{
			requests: "0 CompleteMultipartUpload b/a 500 InternalError i=1 up=U !after_commit:error*\n" +
				"50 CompleteMultipartUpload b/a 404 NoSuchUpload i=1 up=U", after: "b/a=x", exit: 1,
		}, []string{"unsafe-retry b/a"}},
		"a delete that had been done": {written{
			requests: "0 DeleteObject b/a 500 InternalError i=1 if=E !after_commit:error*\n" +
				"50 DeleteObject b/a 412 PreconditionFailed i=1 if=E", before: "b/a=x", exit: 1,
		}, []string{"unsafe-retry b/a"}},
		"a bucket that is its own": {written{
			requests: `
				0 CreateBucket b 0 i=1 !after_commit:reset*
				50 CreateBucket b 409 BucketAlreadyOwnedByYou i=1`, exit: 1,
		}, []string{"unsafe-retry"}},
		"it went wrong again in another way": {written{
			requests: "0 PutObject b/a 0 i=1 if=* !after_commit:reset*\n50 PutObject b/a 0 i=1 if=* !after_commit:reset*",
			after:    "b/a=x", exit: 1,
		}, nil},
		"written twice": {written{
			requests: "0 PutObject b/1 0 i=1 !after_commit:reset*\n50 PutObject b/2 200 i=2",
			after:    "b/1=x b/2=x", left: "b/3=x",
		}, []string{"unsafe-retry b/1 b/2"}},
		"it writes two of them": {written{
			requests: "0 PutObject b/1 0 i=1 !after_commit:reset*\n50 PutObject b/2 200 i=2\n90 PutObject b/1 200 i=3",
			after:    "b/1=x b/2=x", left: "b/1=x b/2=x",
		}, nil},
	})
}

func TestLeftBehind(t *testing.T) {
	holds(t, map[string]struct {
		written
		want []string
	}{
		"one":                   {written{after: "^b/a=U", exit: 1}, []string{"left-behind b/a"}},
		"that was there before": {written{before: "^b/a=U", after: "^b/a=U"}, nil},
		"as when nothing goes wrong": {written{
			requests: "0 GetObject b/x 200 !arrival:latency", after: "^b/a=U", left: "^b/a=V",
		}, nil},
		"one more": {written{
			requests: "0 CreateMultipartUpload b/c 200 i=1 !arrival:latency", after: "^b/a=U ^b/c=W", left: "^b/a=V",
		}, []string{"left-behind b/c"}},
		"under another name": {written{
			requests: "0 GetObject b/x 200 !arrival:latency", after: "^b/12=U", left: "^b/13=V",
		}, nil},
		"ended from outside": {written{after: "^b/a=U", ending: Ending{TimedOut: true}}, []string{"hang"}},
	})
}
