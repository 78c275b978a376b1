package s3api

import (
	"errors"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

func versioning(state string) sending {
	return put("/my-bucket?versioning",
		`<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>`+state+`</Status></VersioningConfiguration>`)
}

func remove(target string, headers ...string) sending {
	return sending{method: "DELETE", target: target, headers: headers}
}

// edit changes the configuration of my-bucket, as no request could.
func (b *bench) edit(t testing.TB, change func(*world.Bucket)) {
	t.Helper()
	state := b.live.Now().State
	edited := *state.Buckets["my-bucket"]
	change(&edited)
	b.commit(t, store.World{State: state.WithBucket(&edited)})
}

func version(a answered) string { return a.header.Get("x-amz-version-id") }

func TestVersionsOfAnObject(t *testing.T) {
	b := newBench(t)
	if a := b.must(t, put("/my-bucket/k", "zero")); version(a) != "" {
		t.Errorf("a version without versioning: %s", version(a))
	}
	b.must(t, versioning("Enabled"))
	one := version(b.must(t, put("/my-bucket/k", "one")))
	two := version(b.must(t, put("/my-bucket/k", "two")))
	if one == two || !store.IsVersionID(one) || !store.IsVersionID(two) {
		t.Fatalf("versions %q and %q", one, two)
	}
	for target, want := range map[string]string{
		"/my-bucket/k": "two", "/my-bucket/k?versionId=" + one: "one", "/my-bucket/k?versionId=null": "zero",
	} {
		if a := b.must(t, get(target)); a.body != want {
			t.Errorf("%s: %q", target, a.body)
		}
	}
	marker := b.must(t, remove("/my-bucket/k"))
	if marker.status != 204 || marker.header.Get(wire.DeleteMarker) != "true" || !store.IsVersionID(version(marker)) {
		t.Errorf("delete: %d %v", marker.status, marker.header)
	}
	gone := b.do(t, get("/my-bucket/k"))
	gone.refused(t, s3err.NoSuchKey, "", s3err.E("Key", "k"))
	if gone.header.Get(wire.DeleteMarker) != "true" || version(gone) != version(marker) {
		t.Errorf("404 behind a marker: %v", gone.header)
	}
	named := b.do(t, get("/my-bucket/k?versionId="+version(marker)))
	named.refused(t, s3err.MethodNotAllowed, "", s3err.E("Method", "GET"), s3err.E("ResourceType", "DeleteMarker"))
	if named.header.Get("Allow") != "DELETE" || named.header.Get("Last-Modified") == "" {
		t.Errorf("405 for a marker: %v", named.header)
	}
	a := b.must(t, remove("/my-bucket/k?versionId="+version(marker)))
	if a.header.Get(wire.DeleteMarker) != "true" || version(a) != version(marker) {
		t.Errorf("the marker is deleted: %v", a.header)
	}
	if a := b.must(t, get("/my-bucket/k")); a.body != "two" || version(a) != two {
		t.Errorf("without the marker: %q %v", a.body, a.header)
	}
	for range 2 { // the second time there is nothing, which is as good
		if a := b.must(t, remove("/my-bucket/k?versionId="+two)); a.header.Get(wire.DeleteMarker) != "" ||
			version(a) != two {
			t.Errorf("a version is deleted: %v", a.header)
		}
	}
	if a := b.must(t, get("/my-bucket/k")); a.body != "one" {
		t.Errorf("without the newest: %q", a.body)
	}
}

func TestSuspendedVersioning(t *testing.T) {
	b := newBench(t)
	b.must(t, versioning("Enabled"))
	kept := version(b.must(t, put("/my-bucket/k", "kept")))
	b.must(t, versioning("Suspended"))
	b.must(t, put("/my-bucket/k", "null one"))
	if a := b.must(t, put("/my-bucket/k", "null two")); version(a) != "" {
		t.Errorf("the null version is told: %v", a.header)
	}
	if a := b.must(t, get("/my-bucket/k")); a.body != "null two" || version(a) != store.NullVersion {
		t.Errorf("%q %v", a.body, a.header)
	}
	if a := b.must(t, remove("/my-bucket/k")); version(a) != store.NullVersion ||
		a.header.Get(wire.DeleteMarker) != "true" {
		t.Errorf("a null marker: %v", a.header)
	}
	if n := strings.Count(b.must(t, get("/my-bucket?versions")).body, "<VersionId>"); n != 2 {
		t.Errorf("%d versions, want the marker in the place of the null version, and the kept one", n)
	}
	if a := b.must(t, get("/my-bucket/k?versionId="+kept)); a.body != "kept" {
		t.Errorf("%q", a.body)
	}
	if n := b.blobs.Len(); n != 1 {
		t.Errorf("%d blobs are left, want 1", n)
	}
}

func TestVersioningRefusals(t *testing.T) {
	state := func(body string) sending {
		return put("/my-bucket?versioning", "<VersioningConfiguration>"+body+"</VersioningConfiguration>")
	}
	mfa := state("<Status>Enabled</Status><MfaDelete>Enabled</MfaDelete>")
	coded := mfa
	coded.headers = []string{"x-amz-mfa", "arn:aws:iam::123456789012:mfa/root 123456"}
	rows := map[string]struct {
		q       sending
		bucket  func(*world.Bucket)
		code    s3err.Code
		message string
	}{
		"no status": {q: state(""), code: s3err.IllegalVersioningConfigurationException,
			message: "The Versioning element must be specified"},
		"other status":    {q: state("<Status>enabled</Status>"), code: s3err.MalformedXML},
		"other MfaDelete": {q: state("<Status>Enabled</Status><MfaDelete>on</MfaDelete>"), code: s3err.MalformedXML},
		"no body":         {q: put("/my-bucket?versioning", ""), code: s3err.MissingRequestBodyError},
		"locked bucket": {q: versioning("Suspended"), bucket: func(b *world.Bucket) {
			b.Versioning,
				b.ObjectLock = world.VersioningEnabled, &world.ObjectLock{}
		},
			code:    s3err.InvalidBucketState,
			message: "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed."},
		"MFA without code": {q: mfa, code: s3err.AccessDenied,
			message: "Mfa Authentication must be used for this request"},
		"MFA of a user": {q: coded, code: s3err.AccessDenied,
			message: "This operation may only be performed by the bucket owner"},
		"a version under MFA Delete": {q: remove("/my-bucket/k?versionId=null"), bucket: withMFA, code: s3err.AccessDenied,
			message: "Mfa Authentication must be used for this request"},
		"state under MFA Delete": {q: versioning("Suspended"), bucket: withMFA, code: s3err.AccessDenied,
			message: "Mfa Authentication must be used for this request"},
		"several under MFA Delete": {q: deleteKeys("<Delete><Object><Key>a</Key></Object><Object><Key>k</Key><VersionId>null</VersionId></Object></Delete>"),
			bucket: withMFA, code: s3err.AccessDenied, message: "Mfa Authentication must be used for this request"},
		"no such id": {q: remove("/my-bucket/k?versionId=abc"), code: s3err.InvalidArgument,
			message: "Invalid version id specified"},
		"an id in a plain bucket": {q: remove("/my-bucket/k?versionId=" + store.NewVersionID()), code: s3err.InvalidArgument,
			message: "Invalid version id specified"},
		"empty marker": {q: get("/my-bucket?versions&key-marker=k&version-id-marker="),
			code: s3err.InvalidArgument, message: "A version-id marker cannot be empty."},
		"marker without key": {q: get("/my-bucket?versions&version-id-marker=null"), code: s3err.InvalidArgument,
			message: "A version-id marker cannot be specified without a key marker."},
		"unreadable marker": {q: get("/my-bucket?versions&key-marker=k&version-id-marker=x"),
			code: s3err.InvalidArgument, message: "Invalid version id specified"},
		"negative max-keys": {q: get("/my-bucket?versions&max-keys=-1"), code: s3err.InvalidArgument},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			if row.bucket != nil {
				b.edit(t, row.bucket)
			}
			b.do(t, row.q).refused(t, row.code, row.message)
		})
	}
}

func withMFA(b *world.Bucket) { b.Versioning, b.MFADelete = world.VersioningEnabled, true }

// Nobody has an MFA device here: to the root user every code is the wrong one.
func TestMFACodeOfRoot(t *testing.T) {
	b := newBench(t)
	b.edit(t, withMFA)
	c := b.call(t, remove("/my-bucket/k?versionId=null", "x-amz-mfa", "arn 123456"))
	c.Caller = &world.Caller{Root: true, Account: ownAccount}
	b.attempt(t, c).refused(t, s3err.TokenCodeInvalidError,
		"The serial number and/or token code you provided is not valid.")
	b.must(t, remove("/my-bucket/k")) // a marker needs no code
	if a := b.must(t, get("/my-bucket?versioning")); element(a.body, "MfaDelete") != "Enabled" {
		t.Error(a.body)
	}
}

func TestCopyOfAVersion(t *testing.T) {
	b := newBench(t)
	b.must(t, versioning("Enabled"))
	one := version(b.must(t, put("/my-bucket/k", "one")))
	two := version(b.must(t, put("/my-bucket/k", "two")))
	a := b.must(t, copyTo("/my-bucket/copy", "my-bucket/k?versionId="+one))
	if a.header.Get("x-amz-copy-source-version-id") != one || !store.IsVersionID(version(a)) {
		t.Errorf("%v", a.header)
	}
	if a := b.must(t, get("/my-bucket/copy")); a.body != "one" {
		t.Errorf("%q", a.body)
	}
	if a := b.must(t, copyTo("/my-bucket/k", "my-bucket/k?versionId="+one)); version(a) == one {
		t.Errorf("an old version is brought back as itself: %v", a.header)
	}
	if a := b.must(t, get("/my-bucket/k")); a.body != "one" {
		t.Errorf("%q", a.body)
	}
	if a := b.must(t, get("/my-bucket/k?versionId="+two)); a.body != "two" {
		t.Errorf("%q", a.body)
	}
	marker := version(b.must(t, remove("/my-bucket/k")))
	b.do(t, copyTo("/my-bucket/x", "my-bucket/k")).refused(t, s3err.NoSuchKey, "", s3err.E("Key", "k"))
	b.do(t, copyTo("/my-bucket/x", "my-bucket/k?versionId="+marker)).refused(t, s3err.InvalidRequest,
		"The source of a copy request may not specifically refer to a delete marker by version id.")
	none := store.NewVersionID()
	b.do(t, copyTo("/my-bucket/x", "my-bucket/k?versionId="+none)).refused(t, s3err.NoSuchVersion, "",
		s3err.E("VersionId", none))
	b.do(t, copyTo("/my-bucket/x", "my-bucket/k?versionId=abc")).refused(t, s3err.InvalidArgument,
		"Invalid version id specified")
}

func TestDeleteVersionsOfKeys(t *testing.T) {
	b := newBench(t)
	b.must(t, versioning("Enabled"))
	one := version(b.must(t, put("/my-bucket/a", "one")))
	b.must(t, put("/my-bucket/b", "two"))
	marker := version(b.must(t, remove("/my-bucket/a")))
	none := store.NewVersionID()
	list := "<Delete>"
	for _, o := range [][2]string{{"a", one}, {"a", marker}, {"b", ""}, {"b", none}, {"b", "x"}} {
		list += "<Object><Key>" + o[0] + "</Key>"
		if o[1] != "" {
			list += "<VersionId>" + o[1] + "</VersionId>"
		}
		list += "</Object>"
	}
	a := b.deleteWith(t, deleteKeys(list+"</Delete>"), everything)
	for _, want := range []string{
		"<Deleted><Key>a</Key><VersionId>" + one + "</VersionId></Deleted>",
		"<Deleted><Key>a</Key><VersionId>" + marker +
			"</VersionId><DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>" + marker +
			"</DeleteMarkerVersionId></Deleted>",
		"<Deleted><Key>b</Key><DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>",
		"<Deleted><Key>b</Key><VersionId>" + none + "</VersionId></Deleted>",
		"<Error><Key>b</Key><VersionId>x</VersionId><Code>NoSuchVersion</Code>",
	} {
		if !strings.Contains(a.body, want) {
			t.Errorf("no %s in %s", want, a.body)
		}
	}
	if list := b.must(t, get("/my-bucket?versions")).body; strings.Contains(list, "<Key>a</Key>") {
		t.Errorf("a is left: %s", list)
	}
}

// An attempt that is made again does not delete a second time what it has deleted.
func TestDeleteObjectsAgainMakesOneMarker(t *testing.T) {
	b := newBench(t)
	b.must(t, versioning("Enabled"))
	c := b.call(t, deleteKeys("<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object></Delete>"))
	for range 2 {
		c.Moment = b.live.Now()
		questions, err := opening(c)
		if err != nil {
			t.Fatal(err)
		}
		c.Decisions = decide(questions)
		if _, err := c.doing.serve(c); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(b.must(t, get("/my-bucket?versions")).body, "<DeleteMarker>"); n != 2 {
		t.Errorf("%d markers, want 2", n)
	}
}

// A write that was decided before the bucket had versions is decided again.
func TestVersioningWhileABodyComes(t *testing.T) {
	b := newBench(t)
	b.must(t, put("/my-bucket/k", "before"))
	c := b.call(t, put("/my-bucket/k", "after"))
	c.Moment = b.live.Now()
	if _, err := opening(c); err != nil {
		t.Fatal(err)
	}
	b.must(t, versioning("Enabled"))
	if _, err := c.doing.serve(c); !errors.Is(err, store.ErrMoved) {
		t.Fatalf("served with %v", err)
	}
	if a := b.attempt(t, c); a.err != nil || !store.IsVersionID(version(a)) {
		t.Fatalf("%v %v", a.err, a.header)
	}
	if a := b.must(t, get("/my-bucket/k?versionId=null")); a.body != "before" {
		t.Errorf("the null version is now %q", a.body)
	}
}

func TestListObjectVersions(t *testing.T) {
	b := newBench(t)
	b.must(t, versioning("Enabled"))
	b.must(t, put("/my-bucket/a%20b", "1"))
	first := version(b.must(t, put("/my-bucket/dir/x", "1")))
	second := version(b.must(t, put("/my-bucket/dir/x", "2")))
	b.must(t, remove("/my-bucket/dir/x"))
	a := b.must(t, get("/my-bucket?versions&encoding-type=url&delimiter=%2F")).body
	for _, want := range []string{"<Key>a+b</Key>", "<CommonPrefixes><Prefix>dir/</Prefix></CommonPrefixes>",
		"<KeyMarker></KeyMarker><VersionIdMarker></VersionIdMarker>", "<EncodingType>url</EncodingType>"} {
		if !strings.Contains(a, want) {
			t.Errorf("no %s in %s", want, a)
		}
	}
	a = b.must(t, get("/my-bucket?versions&prefix=dir%2F&max-keys=2")).body
	if element(a, "NextKeyMarker") != "dir/x" || element(a, "NextVersionIdMarker") != second || element(a,
		"IsTruncated") != "true" {
		t.Errorf("first page: %s", a)
	}
	if i, j := strings.Index(a, "<DeleteMarker>"), strings.Index(a, "<Version>"); i < 0 || j < i {
		t.Errorf("the marker is not the newest: %s", a)
	}
	a = b.must(t, get("/my-bucket?versions&prefix=dir%2F&key-marker=dir%2Fx&version-id-marker="+second)).body
	if element(a, "VersionId") != first || element(a, "IsLatest") != "false" || strings.Contains(a, "NextKeyMarker") {
		t.Errorf("second page: %s", a)
	}
	b.must(t, remove("/my-bucket/a%20b"))
	b.do(t, remove("/my-bucket")).refused(t, s3err.BucketNotEmpty,
		"The bucket you tried to delete is not empty. You must delete all versions in the bucket.", s3err.E("BucketName",
			"my-bucket"))
}
