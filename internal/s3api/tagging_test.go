package s3api

import (
	"fmt"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
)

// tagDocument is a set of tags as clients send it: key, value, key, value.
func tagDocument(pairs ...string) string {
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		fmt.Fprintf(&b, "<Tag><Key>%s</Key><Value>%s</Value></Tag>", pairs[i], pairs[i+1])
	}
	return "<Tagging><TagSet>" + b.String() + "</TagSet></Tagging>"
}

func numberedTags(n int) string {
	var pairs []string
	for i := range n {
		pairs = append(pairs, fmt.Sprint("k", i), "v")
	}
	return tagDocument(pairs...)
}

func TestTagsThatAreRefused(t *testing.T) {
	for _, row := range []struct {
		name, body string
		code       s3err.Code
		message    string
	}{
		{"no body", "", s3err.MissingRequestBodyError, ""},
		{"no XML", "tags", s3err.MalformedXML, ""},
		{"another document", "<TagSet></TagSet>", s3err.MalformedXML, ""},
		{"no value", "<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>", s3err.MalformedXML, ""},
		{"the same key twice", tagDocument("a", "1", "a", "2"), s3err.InvalidTag,
			"Cannot provide multiple Tags with the same key"},
		{"an empty key", tagDocument("", "1"), s3err.InvalidTag, "The TagKey you have provided is invalid"},
		{"a long key", tagDocument(strings.Repeat("k", 129), "1"), s3err.InvalidTag,
			"The TagKey you have provided is invalid"},
		{"a long value", tagDocument("a", strings.Repeat("v", 257)), s3err.InvalidTag,
			"The TagValue you have provided is invalid"},
		{"a character that no tag has", tagDocument("a", "#"), s3err.InvalidTag,
			"The TagValue you have provided is invalid"},
		{"a key of AWS", tagDocument("aws:a", "1"), s3err.InvalidTag, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := newBench(t)
			b.must(t, hello)
			b.do(t, sending{method: "PUT", target: "/my-bucket/k?tagging", body: row.body}).refused(t, row.code, row.message)
			b.do(t, sending{method: "PUT", target: "/my-bucket?tagging", body: row.body}).refused(t, row.code, row.message)
			b.do(t, sending{method: "GET", target: "/my-bucket?tagging"}).refused(t, s3err.NoSuchTagSet, "",
				s3err.E("BucketName", "my-bucket"))
		})
	}
}

func TestHowManyTags(t *testing.T) {
	b := newBench(t)
	b.must(t, hello)
	b.must(t, sending{method: "PUT", target: "/my-bucket/k?tagging", body: numberedTags(10)})
	b.do(t, sending{method: "PUT", target: "/my-bucket/k?tagging", body: numberedTags(11)}).
		refused(t, s3err.BadRequest, "Object tags cannot be greater than 10")
	b.must(t, sending{method: "PUT", target: "/my-bucket?tagging", body: numberedTags(50)})
	b.do(t, sending{method: "PUT", target: "/my-bucket?tagging", body: numberedTags(51)}).refused(t, s3err.BadRequest, "")
	longest := tagDocument(strings.Repeat("é", 128), strings.Repeat("é", 256))
	b.must(t, sending{method: "PUT", target: "/my-bucket/k?tagging", body: longest})
}

func TestTagsOfWhatIsNotThere(t *testing.T) {
	b := newBench(t)
	for _, method := range []string{"GET", "PUT", "DELETE"} {
		q := sending{method: method, target: "/my-bucket/none?tagging"}
		if method == "PUT" {
			q.body = tagDocument("a", "1")
		}
		b.do(t, q).refused(t, s3err.NoSuchKey, "")
	}
}

// A change of the tags leaves the object what it was, and a copy takes the tags of
// its source or of its request.
func TestTagsThroughChangesAndCopies(t *testing.T) {
	b := newBench(t)
	b.must(t, put("/my-bucket/k", "hello", "x-amz-tagging", "a=1", "x-amz-meta-m", "v"))
	before := b.must(t, sending{method: "HEAD", target: "/my-bucket/k"})
	b.must(t, sending{method: "PUT", target: "/my-bucket/k?tagging", body: tagDocument("b", "2", "c", "")})
	after := b.must(t, sending{method: "GET", target: "/my-bucket/k"})
	for _, name := range []string{"Etag", "Last-Modified"} {
		if before.header.Get(name) != after.header.Get(name) {
			t.Errorf("%s was %q and is %q", name, before.header.Get(name), after.header.Get(name))
		}
	}
	if after.body != "hello" || after.meta("m") != "v" || after.header.Get("x-amz-tagging-count") != "2" {
		t.Errorf("%q %v", after.body, after.header)
	}
	for _, row := range []struct {
		headers []string
		want    string
	}{
		{nil, "b"},
		{[]string{"x-amz-tagging-directive", "REPLACE", "x-amz-tagging", "z=1"}, "z"},
		{[]string{"x-amz-tagging-directive", "REPLACE"}, ""},
	} {
		b.must(t, put("/my-bucket/copy", "", append(row.headers, "x-amz-copy-source", "/my-bucket/k")...))
		got := b.must(t, sending{method: "GET", target: "/my-bucket/copy?tagging"})
		if key := element(got.body, "Key"); key != row.want {
			t.Errorf("%v: the copy's first tag is %q, want %q", row.headers, key, row.want)
		}
	}
	b.must(t, sending{method: "DELETE", target: "/my-bucket/k?tagging"})
	if a := b.must(t, sending{method: "HEAD", target: "/my-bucket/k"}); a.header.Get("x-amz-tagging-count") != "" {
		t.Error("tags are counted that are gone")
	}
}

// The tags of the body are seen by policies, and only they by those of the
// permission to tag.
func TestConditionKeysOfTagging(t *testing.T) {
	c := trial{answers: awsAnswers(), sending: sending{method: "PUT", target: "/my-bucket/k?tagging",
		body: tagDocument("a", "1", "B", "2")}}.court(t)
	defer c.Close()
	questions, err := c.Checks()
	if err != nil {
		t.Fatal(err)
	}
	ctx := questions[0].Context
	for key, want := range map[string]string{"s3:RequestObjectTag/a": "1", "s3:RequestObjectTag/B": "2",
		"s3:RequestObjectTagKeys": "a,B", "s3:ExistingObjectTag/a": "(absent)"} {
		if got := value(ctx, key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if got := value(questions[1].Context, "s3:RequestObjectTag/a"); got != "(absent)" {
		t.Errorf("the question for a missing object sees a tag of the body: %q", got)
	}
}

// Who may read an object, and not its tags, does not learn how many there are.
func TestTagsAreCountedForThoseWhoMayReadThem(t *testing.T) {
	for _, row := range []struct{ actions, want string }{
		{`"s3:GetObject"`, ""},
		{`"s3:GetObject","s3:GetObjectTagging"`, "1"},
		{`"s3:GetObject","s3:GetObjectVersionTagging"`, ""},
	} {
		x := trial{answers: awsAnswers(), identity: []authz.Named{allowing(t, row.actions)}, sending: sending{method: "GET",
			target: "/my-bucket/k"}}
		c := x.court(t)
		b := bench{live: c.Live, now: c.Now}
		b.must(t, put("/my-bucket/k", "hello", "x-amz-tagging", "a=1"))
		c.Moment = c.Live.Now()
		questions, err := c.Checks()
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range questions {
			c.Decisions = append(c.Decisions, authz.Evaluate(q))
		}
		if err := c.Refused(); err != nil {
			t.Fatal(err)
		}
		reply, err := c.Serve()
		if err != nil {
			t.Fatal(err)
		}
		if got := reply.Header.Get("x-amz-tagging-count"); got != row.want {
			t.Errorf("with %s the count is %q, want %q", row.actions, got, row.want)
		}
		c.Close()
	}
}

func FuzzTagSet(f *testing.F) {
	f.Add(tagDocument("a", "1", "b", ""))
	f.Add("<Tagging><TagSet/></Tagging>")
	f.Fuzz(func(t *testing.T, text string) {
		tags, err := wire.ParseTagSet([]byte(text))
		if err != nil {
			return
		}
		set := tagSet{tags: tags, key: "s3:RequestObjectTag/", keys: "s3:RequestObjectTagKeys"}
		kept, err := set.of(wire.MaxTags, "")
		if err == nil && len(kept) != len(tags) {
			t.Errorf("%q: %d tags are kept of %d", text, len(kept), len(tags))
		}
		if n := len(set.conditions()); len(tags) > 0 && n != len(tags)+1 {
			t.Errorf("%q: %d keys of %d tags", text, n, len(tags))
		}
	})
}
