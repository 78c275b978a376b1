package s3api

import (
	"crypto/md5"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
)

func deleteKeys(body string) sending {
	sum := md5.Sum([]byte(body))
	return post("/my-bucket?delete", body, "Content-MD5", base64.StdEncoding.EncodeToString(sum[:]))
}

// deleteWith serves a DeleteObjects whose questions are answered as allow says.
func (b *bench) deleteWith(t *testing.T, q sending, allow func(resource string) bool) answered {
	t.Helper()
	c := b.call(t, q)
	c.Moment = b.live.Now()
	questions, refused := opening(c)
	if refused != nil {
		t.Fatal(refused)
	}
	for _, question := range questions {
		d := authz.Decision{Action: question.Action, Resource: question.Resource, Verdict: authz.Allowed}
		if !allow(question.Resource) {
			d.Verdict, d.Cause = authz.ImplicitlyDenied, authz.Identity
		}
		c.Decisions = append(c.Decisions, d)
	}
	return b.attempt(t, c)
}

func everything(string) bool { return true }

func TestDeleteObjects(t *testing.T) {
	b := newBench(t)
	for _, key := range []string{"a", "b", "locked"} {
		b.must(t, put("/my-bucket/"+key, "x"))
	}
	body := `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Object><Key>a</Key></Object><Object><Key>locked</Key></Object>` +
		`<Object><Key>none</Key></Object><Object><Key>b</Key><VersionId>xyz</VersionId></Object></Delete>`
	a := b.deleteWith(t, deleteKeys(body), func(resource string) bool { return !strings.HasSuffix(resource, "/locked") })
	if a.err != nil {
		t.Fatal(a.err)
	}
	for _, want := range []string{
		"<Deleted><Key>a</Key></Deleted>", "<Deleted><Key>none</Key></Deleted>",
		"<Error><Key>locked</Key><Code>AccessDenied</Code>",
		"<Error><Key>b</Key><VersionId>xyz</VersionId><Code>NoSuchVersion</Code>",
	} {
		if !strings.Contains(a.body, want) {
			t.Errorf("no %s in %s", want, a.body)
		}
	}
	b.do(t, get("/my-bucket/a")).refused(t, s3err.NoSuchKey, "")
	b.must(t, get("/my-bucket/locked"))
	b.must(t, get("/my-bucket/b"))
	quiet := strings.Replace(body, "<Object>", "<Quiet>true</Quiet><Object>", 1)
	if a := b.deleteWith(t, deleteKeys(quiet), everything); strings.Contains(a.body, "Deleted>") ||
		!strings.Contains(a.body, "NoSuchVersion") {
		t.Errorf("quiet: %s", a.body)
	}
}

func TestDeleteObjectsRefusals(t *testing.T) {
	b := newBench(t)
	one := "<Delete><Object><Key>a</Key></Object></Delete>"
	rows := map[string]struct {
		q    sending
		code s3err.Code
	}{
		"no digest":    {post("/my-bucket?delete", one), s3err.InvalidRequest},
		"wrong digest": {post("/my-bucket?delete", one, "Content-MD5", "XUFAKrxLKna5cZ2REBfFkg=="), s3err.BadDigest},
		"no list":      {deleteKeys("<Delete></Delete>"), s3err.MalformedXML},
		"empty key":    {deleteKeys("<Delete><Object><Key></Key></Object></Delete>"), s3err.MalformedXML},
		"no key":       {deleteKeys("<Delete><Object></Object></Delete>"), s3err.MalformedXML},
		"too many": {deleteKeys("<Delete>" + strings.Repeat("<Object><Key>a</Key></Object>", 1001) + "</Delete>"),
			s3err.MalformedXML},
		"no XML":     {deleteKeys("hello"), s3err.MalformedXML},
		"other root": {deleteKeys("<Remove><Object><Key>a</Key></Object></Remove>"), s3err.MalformedXML},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			b.deleteWith(t, row.q, everything).refused(t, row.code, "")
		})
	}
}

func FuzzDeleteObjects(f *testing.F) {
	f.Add("<Delete><Object><Key>a</Key><VersionId>null</VersionId></Object></Delete>")
	f.Add("<!DOCTYPE x [<!ENTITY a 'b'>]><Delete><Object><Key>&a;</Key></Object></Delete>")
	f.Fuzz(func(t *testing.T, body string) {
		b := newBench(t)
		a := b.deleteWith(t, deleteKeys(body), func(string) bool { return true })
		if a.err == nil && !strings.Contains(a.body, "<Deleted>") && !strings.Contains(a.body, "<Error>") &&
			!strings.Contains(body, "Quiet") {
			t.Errorf("%q is answered with %s", body, a.body)
		}
	})
}
