package s3api

import (
	"net/http"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/s3err"
)

const lifecycleRules = `<LifecycleConfiguration><Rule><ID>logs</ID><Filter><And><Prefix>logs/</Prefix>` +
	`<Tag><Key>a</Key><Value>b</Value></Tag></And></Filter><Status>Enabled</Status>` +
	`<Expiration><Days>60</Days></Expiration>` +
	`<Transition><Days>30</Days><StorageClass>GLACIER</StorageClass></Transition></Rule>` +
	`<Rule><ID>rest</ID><Filter/><Status>Disabled</Status>` +
	`<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>` +
	`<NoncurrentVersionExpiration><NoncurrentDays>3</NoncurrentDays></NoncurrentVersionExpiration></Rule>` +
	`</LifecycleConfiguration>`

var lifecycled = rule(lifecycleRules)

// rule gives the bucket that lifecycle configuration.
func rule(document string, headers ...string) sending {
	return put("/my-bucket?lifecycle", document, append([]string{"Content-MD5", summing("MD5", document)}, headers...)...)
}

// TestMinimumSizeHeader: both answers tell which objects are too small, since S3 has it.
func TestMinimumSizeHeader(t *testing.T) {
	const header = "X-Amz-Transition-Default-Minimum-Object-Size"
	b := newBench(t)
	told := func(a answered, want string) {
		t.Helper()
		if got := a.header.Get(header); got != want {
			t.Errorf("%s is %q, want %q", header, got, want)
		}
	}
	get := sending{method: http.MethodGet, target: "/my-bucket?lifecycle"}
	for sent, want := range map[string]string{
		"": "all_storage_classes_128K", "varies_by_storage_class": "varies_by_storage_class",
	} {
		told(b.must(t, rule(lifecycleRules, header, sent)), want)
		told(b.must(t, get), want)
	}
	b.do(t, rule(lifecycleRules, header, "value")).refused(t, s3err.InvalidRequest,
		"Invalid TransitionDefaultMinimumObjectSize found: value")
	b.asOf(t, 2024, time.September, 1)
	told(b.must(t, rule(lifecycleRules, header, "value")), "")
	told(b.must(t, get), "")
}

// TestNoLifecycle: a bucket without one, and a document that nothing holds.
func TestNoLifecycle(t *testing.T) {
	b := newBench(t)
	get := sending{method: http.MethodGet, target: "/my-bucket?lifecycle"}
	missing := func() {
		t.Helper()
		b.do(t, get).refused(t, s3err.NoSuchLifecycleConfiguration, "The lifecycle configuration does not exist",
			s3err.E("BucketName", "my-bucket"))
	}
	missing()
	b.do(t, put("/my-bucket?lifecycle", lifecycleRules)).refused(t, s3err.InvalidRequest,
		"Missing required header for this request: Content-MD5")
	b.must(t, lifecycled)
	b.must(t, sending{method: http.MethodDelete, target: "/my-bucket?lifecycle"})
	missing()
}
