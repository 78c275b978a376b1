package s3api

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/s3err"
)

// askRestore is a request to restore the object, with these elements.
func askRestore(inside string) sending {
	return sending{method: http.MethodPost, target: "/my-bucket/k?restore",
		body: "<RestoreRequest>" + inside + "</RestoreRequest>"}
}

func tier(name string) string {
	return "<Days>1</Days><GlacierJobParameters><Tier>" + name + "</Tier></GlacierJobParameters>"
}

// TestRestore: a copy comes after its time, is read, lasts longer if asked for, and goes.
func TestRestore(t *testing.T) {
	b := newBench(t)
	b.must(t, put("/my-bucket/k", "hello", "x-amz-storage-class", "GLACIER"))
	get, copied := sending{method: http.MethodGet, target: "/my-bucket/k"},
		sending{method: http.MethodPut, target: "/my-bucket/other", headers: []string{"x-amz-copy-source", "/my-bucket/k"}}
	archived := func() {
		t.Helper()
		for _, q := range []sending{get, copied} {
			b.do(t, q).refused(t, s3err.InvalidObjectState, "The operation is not valid for the object's storage class",
				s3err.E("StorageClass", "GLACIER"))
		}
	}
	head := func(want string) {
		t.Helper()
		a := b.must(t, sending{method: http.MethodHead, target: "/my-bucket/k"})
		if got := a.header.Get("x-amz-restore"); got != want {
			t.Errorf("x-amz-restore is %q, want %q", got, want)
		}
	}
	ask := func(q sending, status int) {
		t.Helper()
		if a := b.must(t, q); a.status != status {
			t.Errorf("%d, want %d", a.status, status)
		}
	}
	archived()
	ask(askRestore(tier("Bulk")), 202)
	archived()
	head(`ongoing-request="true"`)
	b.do(t, askRestore(tier("Bulk"))).refused(t, s3err.RestoreAlreadyInProgress, "Object restore is already in progress")
	ask(askRestore(tier("Expedited")), 202)
	b.now = b.now.Add(5 * time.Minute)
	head(`ongoing-request="false", expiry-date="Sun, 04 Jan 2026 00:00:00 GMT"`)
	b.must(t, get)
	b.must(t, copied)
	ask(askRestore("<Days>3</Days>"), 200)
	head(`ongoing-request="false", expiry-date="Tue, 06 Jan 2026 00:00:00 GMT"`)
	b.now = b.now.Add(96 * time.Hour)
	head("")
	archived()
}

// TestRestoreRefused: what cannot be restored, and what s3fault does not have.
func TestRestoreRefused(t *testing.T) {
	b := newBench(t)
	class := func(name string) { b.must(t, put("/my-bucket/k", "hello", "x-amz-storage-class", name)) }
	class("STANDARD_IA")
	b.do(t, askRestore("<Days>1</Days>")).refused(t, s3err.InvalidObjectState,
		"Restore is not allowed for the object's current storage class", s3err.E("StorageClass", "STANDARD_IA"))
	class("INTELLIGENT_TIERING")
	b.do(t, askRestore("<Days>1</Days>")).refused(t, s3err.InvalidArgument, "INTELLIGENT_TIERING objects are not subject "+
		"to restore expiry. Do not specify Days when restoring this object")
	class("DEEP_ARCHIVE")
	b.do(t, askRestore(tier("Expedited"))).refused(t, s3err.InvalidArgument,
		"Retrieval option is not supported by this storage class", s3err.E("ArgumentName", "Tier"),
		s3err.E("ArgumentValue", "Expedited"))
	for _, inside := range []string{"", "<Days>0</Days>", "<Days>x</Days>", tier("Slow"), "<Type>x</Type>"} {
		b.do(t, askRestore(inside)).refused(t, s3err.MalformedXML, "")
	}
	for _, inside := range []string{"<Type>SELECT</Type>", "<OutputLocation/>"} {
		got := b.do(t, askRestore(inside))
		got.refused(t, s3err.NotImplemented, "")
		if said := s3err.Of(got.err).Message; !strings.HasPrefix(said, "s3fault has no ") {
			t.Errorf("%s is refused with %q", inside, said)
		}
	}
	b.do(t, sending{method: http.MethodPost, target: "/my-bucket/k?restore"}).refused(t, s3err.MissingRequestBodyError, "")
	b.do(t, sending{method: http.MethodPost, target: "/my-bucket/none?restore", body: "<RestoreRequest/>"}).refused(t,
		s3err.NoSuchKey, "", s3err.E("Key", "none"))
}
