package emulator_test

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

// versionsYAML is a world with a bucket that has versions, its owner, and a reader
// whose rights the tests choose.
const versionsYAML = `
version: 1
scenarios:
  versions:
    title: A bucket with versions
    accounts:
      123456789012:
        users:
          owner: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}}
          reader: {policies: {some: {Version: 2012-10-17, Statement: READER}}}
    callers: {owner: {user: owner}, reader: {user: reader}}
    buckets: {my-bucket: {versioning: Enabled}}
`

type versionsWorld struct {
	*testing.T
	srv           *emulatortest.Server
	owner, reader *s3.Client
}

// newVersionsWorld is the world in which the reader has one statement.
func newVersionsWorld(t *testing.T, reader string) *versionsWorld {
	t.Helper()
	srv := emulatortest.Start(t, "versions", emulatortest.YAML(strings.Replace(versionsYAML, "READER", "["+reader+"]", 1)))
	return &versionsWorld{T: t, srv: srv, owner: sdkv2.S3(t, srv, "owner", onceSummed),
		reader: sdkv2.S3(t, srv, "reader", onceSummed)}
}

// onceSummed has a client try once, and send checksums, as the SDK does by default.
func onceSummed(o *s3.Options) {
	o.RetryMaxAttempts, o.RequestChecksumCalculation = 1, aws.RequestChecksumCalculationWhenSupported
}

const readAll = `{Effect: Allow, Action: "s3:Get*", Resource: "*"}`

// must fails the test where a call did.
func (w *versionsWorld) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// want checks the code with which a call was refused, and that the layer did it
// alone, as aclWorld's does.
func (w *versionsWorld) want(what string, err error, code string, layer authz.Layer) {
	w.Helper()
	(&aclWorld{T: w.T, srv: w.srv}).want(what, err, code, layer)
}

func (w *versionsWorld) put(key, body string, edit ...func(*s3.PutObjectInput)) string {
	w.Helper()
	in := &s3.PutObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String(key), Body: strings.NewReader(body)}
	for _, f := range edit {
		f(in)
	}
	out, err := w.owner.PutObject(w.Context(), in)
	w.must(err)
	return aws.ToString(out.VersionId)
}

func tagged(tags string) func(*s3.PutObjectInput) {
	return func(in *s3.PutObjectInput) { in.Tagging = aws.String(tags) }
}

// get reads a version; empty: the current one.
func (w *versionsWorld) get(client *s3.Client, key, version string) (string, error) {
	in := &s3.GetObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String(key)}
	if version != "" {
		in.VersionId = aws.String(version)
	}
	out, err := client.GetObject(w.Context(), in)
	if err != nil {
		return "", err
	}
	defer out.Body.Close()
	text, err := io.ReadAll(out.Body)
	return string(text), err
}

func (w *versionsWorld) delete(client *s3.Client, key, version string, edit ...func(*s3.DeleteObjectInput)) (*s3.DeleteObjectOutput, error) {
	in := &s3.DeleteObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String(key)}
	if version != "" {
		in.VersionId = aws.String(version)
	}
	for _, f := range edit {
		f(in)
	}
	return client.DeleteObject(w.Context(), in)
}

// all is every version of the bucket, "key version" and a + for a marker, by way of
// the SDK's paginator.
func (w *versionsWorld) all(max int32, each func(*s3.ListObjectVersionsOutput)) []string {
	w.Helper()
	var found []string
	pages := s3.NewListObjectVersionsPaginator(w.owner, &s3.ListObjectVersionsInput{Bucket: aws.String("my-bucket"), MaxKeys: aws.Int32(max)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(w.Context())
		w.must(err)
		for _, v := range page.Versions {
			found = append(found, aws.ToString(v.Key)+" "+aws.ToString(v.VersionId))
		}
		for _, m := range page.DeleteMarkers {
			found = append(found, aws.ToString(m.Key)+" "+aws.ToString(m.VersionId)+"+")
		}
		if each != nil {
			each(page)
		}
	}
	slices.Sort(found)
	return found
}

// The SDK's paginator finds every version, whatever the size of its pages; and a
// program that empties a bucket page by page does empty it.
func TestVersionPaginator(t *testing.T) {
	w := newVersionsWorld(t, readAll)
	var want []string
	for i := range 11 {
		key := []string{"a b", "dir/x", "é"}[i%3]
		if i%4 == 3 {
			out, err := w.delete(w.owner, key, "")
			w.must(err)
			want = append(want, key+" "+aws.ToString(out.VersionId)+"+")
			continue
		}
		want = append(want, key+" "+w.put(key, "x"))
	}
	slices.Sort(want)
	for _, size := range []int32{1, 2, 3, 11, 1000} {
		if got := w.all(size, nil); !slices.Equal(got, want) {
			t.Errorf("pages of %d: %q, want %q", size, got, want)
		}
	}
	w.all(2, func(page *s3.ListObjectVersionsOutput) {
		var gone []types.ObjectIdentifier
		for _, v := range page.Versions {
			gone = append(gone, types.ObjectIdentifier{Key: v.Key, VersionId: v.VersionId})
		}
		for _, m := range page.DeleteMarkers {
			gone = append(gone, types.ObjectIdentifier{Key: m.Key, VersionId: m.VersionId})
		}
		out, err := w.owner.DeleteObjects(w.Context(), &s3.DeleteObjectsInput{Bucket: aws.String("my-bucket"), Delete: &types.Delete{Objects: gone}})
		w.must(err)
		if len(out.Errors) > 0 || len(out.Deleted) != len(gone) {
			t.Errorf("deleted %d of %d: %v", len(out.Deleted), len(gone), out.Errors)
		}
	})
	_, err := w.owner.DeleteBucket(w.Context(), &s3.DeleteBucketInput{Bucket: aws.String("my-bucket")})
	w.must(err)
}

// Each version has tags of its own, and a policy about tags sees those of the
// version that is asked for.
func TestPoliciesSeeTheVersionsTags(t *testing.T) {
	w := newVersionsWorld(t, `{Effect: Allow, Action: ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectVersionTagging"], Resource: "*", Condition: {StringEquals: {"s3:ExistingObjectTag/class": public}}}`)
	public := w.put("k", "public", tagged("class=public"))
	secret := w.put("k", "secret", tagged("class=secret"))
	if body, err := w.get(w.reader, "k", public); err != nil || body != "public" {
		t.Errorf("the public version: %q %v", body, err)
	}
	_, err := w.get(w.reader, "k", secret)
	w.want("the secret version", err, "AccessDenied", authz.Identity)
	_, err = w.get(w.reader, "k", "")
	w.want("the current version", err, "AccessDenied", authz.Identity)
	_, err = w.owner.PutObjectTagging(w.Context(), &s3.PutObjectTaggingInput{
		Bucket: aws.String("my-bucket"), Key: aws.String("k"), VersionId: aws.String(public),
		Tagging: &types.Tagging{TagSet: []types.Tag{{Key: aws.String("class"), Value: aws.String("secret")}}},
	})
	w.must(err)
	_, err = w.get(w.reader, "k", public)
	w.want("the version that is public no more", err, "AccessDenied", authz.Identity)
	if body, err := w.get(w.owner, "k", public); err != nil || body != "public" {
		t.Errorf("its bytes: %q %v", body, err)
	}
}

// To read or to delete a version has actions of its own (authorization.md 2).
func TestVersionsHaveTheirActions(t *testing.T) {
	current := newVersionsWorld(t, `{Effect: Allow, Action: ["s3:GetObject", "s3:DeleteObject"], Resource: "*"}`)
	one := current.put("k", "one")
	current.put("k", "two")
	_, err := current.get(current.reader, "k", "")
	current.want("the current version", err, "", "")
	_, err = current.get(current.reader, "k", one)
	current.want("a version, with s3:GetObject", err, "AccessDenied", authz.Identity)
	_, err = current.delete(current.reader, "k", one)
	current.want("deleting a version, with s3:DeleteObject", err, "AccessDenied", authz.Identity)
	_, err = current.delete(current.reader, "k", "")
	current.want("a marker", err, "", "")

	named := newVersionsWorld(t, `{Effect: Allow, Action: ["s3:GetObjectVersion", "s3:DeleteObjectVersion"], Resource: "*"}`)
	one = named.put("k", "one")
	two := named.put("k", "two")
	_, err = named.get(named.reader, "k", "")
	named.want("the current version, with s3:GetObjectVersion", err, "AccessDenied", authz.Identity)
	_, err = named.get(named.reader, "k", two)
	named.want("the current version by its id", err, "", "")
	_, err = named.delete(named.reader, "k", "")
	named.want("a marker, with s3:DeleteObjectVersion", err, "AccessDenied", authz.Identity)
	_, err = named.delete(named.reader, "k", one)
	named.want("deleting a version", err, "", "")
}

// A condition on s3:VersionId holds for the version that a request names, also as a
// copy's source and in a list of deletions.
func TestConditionOnTheVersion(t *testing.T) {
	w := newVersionsWorld(t, `{Effect: Allow, Action: "s3:PutObject*", Resource: "*"}`)
	one, two := w.put("k", "one"), w.put("k", "two")
	w.must(w.srv.Patch(fmt.Sprintf(`{"accounts":{"123456789012":{"users":{"reader":{"policies":{"version":{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":["s3:GetObjectVersion","s3:DeleteObjectVersion"],"Resource":"*","Condition":{"StringEquals":{"s3:VersionId":%q}}}]}}}}}}}`, one)))
	_, err := w.get(w.reader, "k", one)
	w.want("the version", err, "", "")
	_, err = w.get(w.reader, "k", two)
	w.want("another", err, "AccessDenied", authz.Identity)
	copying := func(version string) error {
		_, err := w.reader.CopyObject(w.Context(), &s3.CopyObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("copy"), CopySource: aws.String("my-bucket/k?versionId=" + version)})
		return err
	}
	w.want("a copy of the version", copying(one), "", "")
	w.want("a copy of another", copying(two), "AccessDenied", authz.Identity)
	out, err := w.reader.DeleteObjects(w.Context(), &s3.DeleteObjectsInput{Bucket: aws.String("my-bucket"), Delete: &types.Delete{Objects: []types.ObjectIdentifier{
		{Key: aws.String("k"), VersionId: aws.String(two)}, {Key: aws.String("k"), VersionId: aws.String(one)},
	}}})
	w.must(err)
	if len(out.Errors) != 1 || aws.ToString(out.Errors[0].VersionId) != two || len(out.Deleted) != 1 || aws.ToString(out.Deleted[0].VersionId) != one {
		t.Errorf("deleted %+v, refused %+v", out.Deleted, out.Errors)
	}
}

// Who may not list versions is not told that one is not there; what a marker is
// about is told to everybody who may read (authorization.md 6).
func TestMissingVersions(t *testing.T) {
	w := newVersionsWorld(t, readAll)
	gone := w.put("k", "x")
	_, err := w.delete(w.owner, "k", gone)
	w.must(err)
	_, err = w.get(w.reader, "k", gone)
	w.want("without s3:ListBucketVersions", err, "AccessDenied", authz.Masking)
	_, err = w.get(w.owner, "k", gone)
	w.want("with it", err, "NoSuchVersion", "")
	w.put("k", "y")
	marker, err := w.delete(w.owner, "k", "")
	w.must(err)
	_, err = w.get(w.owner, "k", "")
	w.want("behind a marker", err, "NoSuchKey", "")
	_, err = w.get(w.reader, "k", "")
	w.want("behind a marker, without s3:ListBucket", err, "AccessDenied", authz.Masking)
	_, err = w.get(w.owner, "k", aws.ToString(marker.VersionId))
	w.want("the marker itself", err, "MethodNotAllowed", "")
	_, err = w.reader.HeadObject(w.Context(), &s3.HeadObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("k"), VersionId: aws.String("null")})
	w.want("HEAD of what is not there", err, "Forbidden", authz.Masking)
}

// Each version belongs to the account that wrote it: where ACLs are in force, the
// bucket's owner and the writer of another version have no part in it.
func TestEachVersionHasItsOwner(t *testing.T) {
	w := newACLWorld(t)
	w.must(w.putBucketACL(w.owner, s3.PutBucketAclInput{AccessControlPolicy: policyFor(types.PermissionWrite)}))
	_, err := w.owner.PutBucketVersioning(w.Context(), &s3.PutBucketVersioningInput{
		Bucket: aws.String("my-bucket"), VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
	})
	w.must(err)
	write := func(client *s3.Client) string {
		out, err := client.PutObject(w.Context(), &s3.PutObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("new"), Body: strings.NewReader("x")})
		w.must(err)
		return aws.ToString(out.VersionId)
	}
	guests := write(w.guest)
	owners := write(w.owner)
	read := func(client *s3.Client, version string) error {
		_, err := client.HeadObject(w.Context(), &s3.HeadObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("new"), VersionId: aws.String(version)})
		return err
	}
	w.want("the guest's own version", read(w.guest, guests), "", "")
	w.want("the guest, the owner's version", read(w.guest, owners), "Forbidden", authz.ACLs)
	w.want("the owner, the guest's version", read(w.owner, guests), "Forbidden", authz.ACLs)
	w.want("the owner's own version", read(w.owner, owners), "", "")
	_, err = w.guest.DeleteObject(w.Context(), &s3.DeleteObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("new"), VersionId: aws.String(owners)})
	w.want("WRITE gives no version", err, "AccessDenied", authz.BucketPolicy)
}

// A patch of the world leaves its versions alone, and cannot put them out of reach.
func TestPatchKeepsVersions(t *testing.T) {
	w := newVersionsWorld(t, readAll)
	one := w.put("k", "one", tagged("a=b"))
	w.put("k", "two")
	w.put("hidden", "three")
	_, err := w.delete(w.owner, "hidden", "")
	w.must(err)
	before := w.all(1000, nil)
	w.must(w.srv.Patch(`{"buckets":{"my-bucket":{"versioning":"Suspended","objects":{"k":{"tags":{"c":"d"}},"other":{"body":"x"}}}}}`))
	if got := w.all(1000, nil); !slices.Equal(got, append(before, "other null")) {
		t.Errorf("after the patch: %q, before %q", got, before)
	}
	if body, err := w.get(w.owner, "k", one); err != nil || body != "one" {
		t.Errorf("the old version: %q %v", body, err)
	}
	if err := w.srv.Patch(`{"buckets":{"my-bucket":{"versioning":null}}}`); err == nil || !strings.Contains(err.Error(), "versioning cannot be taken off the bucket again") {
		t.Errorf("versioning is taken away: %v", err)
	}
}

// Writers of one key at the same time make a version each, and one of them is the
// latest.
func TestConcurrentVersions(t *testing.T) {
	w := newVersionsWorld(t, readAll)
	var mu sync.Mutex
	var made []string
	var wg sync.WaitGroup
	for i := range 24 {
		wg.Go(func() {
			var version string
			if i%3 == 0 {
				out, err := w.delete(w.owner, "k", "")
				if err != nil {
					t.Error(err)
					return
				}
				version = aws.ToString(out.VersionId) + "+"
			} else {
				out, err := w.owner.PutObject(w.Context(), &s3.PutObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("k"), Body: strings.NewReader(fmt.Sprint(i))})
				if err != nil {
					t.Error(err)
					return
				}
				version = aws.ToString(out.VersionId)
			}
			mu.Lock()
			defer mu.Unlock()
			made = append(made, "k "+version)
		})
	}
	wg.Wait()
	slices.Sort(made)
	latest := 0
	got := w.all(5, func(page *s3.ListObjectVersionsOutput) {
		for _, v := range page.Versions {
			if aws.ToBool(v.IsLatest) {
				latest++
			}
		}
		for _, m := range page.DeleteMarkers {
			if aws.ToBool(m.IsLatest) {
				latest++
			}
		}
	})
	if !slices.Equal(got, made) || latest != 1 {
		t.Errorf("%d versions of %d, %d latest", len(got), len(made), latest)
	}
}

// To read attributes needs the right to read the version, and the right to read its
// attributes.
func TestAttributesNeedBothRights(t *testing.T) {
	for rights, given := range map[string][2]bool{ // of the current version, and of one that is named
		`"s3:GetObject"`:                                {false, false},
		`"s3:GetObjectAttributes"`:                      {false, false},
		`"s3:GetObject", "s3:GetObjectAttributes"`:      {true, false},
		`"s3:GetObjectVersion", "s3:GetObjectVersion*"`: {false, true},
	} {
		w := newVersionsWorld(t, `{Effect: Allow, Action: [`+rights+`], Resource: "*"}`)
		one := w.put("k", "one")
		w.put("k", "three")
		for i, version := range []*string{nil, aws.String(one)} {
			out, err := w.reader.GetObjectAttributes(w.Context(), &s3.GetObjectAttributesInput{
				Bucket: aws.String("my-bucket"), Key: aws.String("k"), VersionId: version,
				ObjectAttributes: []types.ObjectAttributes{types.ObjectAttributesObjectSize, types.ObjectAttributesChecksum},
			})
			if !given[i] {
				w.want(rights, err, "AccessDenied", authz.Identity)
				continue
			}
			w.must(err)
			if size := aws.ToInt64(out.ObjectSize); size != int64(5-2*i) || out.Checksum == nil || version != nil && aws.ToString(out.VersionId) != one {
				t.Errorf("%s: %d bytes, %+v", rights, size, out)
			}
		}
	}
}
