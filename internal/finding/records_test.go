package finding

import (
	"bufio"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/journal"
)

// record reads requests that are written by hand, a line each:
//
//	10 PutObject b/a 503 SlowDown i=1 !before_commit:error*
//
// that is: arrived in the tenth millisecond, the operation, bucket and key, status and code, and
// then in any order: i= invocation, d= milliseconds until the answer had been written (1), up=
// upload, part=, q= query, range=, sha= the text of the body of which the hash is carried, if=
// If-None-Match, out= bytes of the answer, deny= the key that was refused, or was to be deleted
// (del=) with an action of its own, refused= the key that a DeleteObjects refused, and ! a strike:
// stage, effect, @ and the byte, and * where it made the answer. Lines that begin with # are left
// out.
func record(t testing.TB, text string) []journal.Entry {
	t.Helper()
	var all []journal.Entry
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		if len(words) < 4 {
			t.Fatalf("no request: %s", lines.Text())
		}
		e := entry(t, words, fmt.Sprint("R", len(all)+1))
		all = append(all, e)
	}
	return all
}

var began = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func entry(t testing.TB, words []string, id string) journal.Entry {
	t.Helper()
	e := journal.Entry{RequestID: id, Operation: words[1], Answered: true, Carries: map[string]string{}}
	e.Time, e.Duration = began.Add(millis(t, words[0])), time.Millisecond
	e.Service, e.Operation, _ = strings.Cut(words[1], ":")
	if e.Operation == "" {
		e.Service, e.Operation = "", e.Service
	}
	e.Bucket, e.Key, _ = strings.Cut(words[2], "/")
	e.Status, e.Method = number(t, words[3]), methodOf(e.Operation)
	for _, word := range words[4:] {
		set(t, &e, word)
	}
	return e
}

func methodOf(operation string) string {
	for prefix, method := range map[string]string{
		"Put": "PUT", "Upload": "PUT", "Copy": "PUT", "Create": "POST", "Complete": "POST", "DeleteObjects": "POST",
		"Abort": "DELETE", "Head": "HEAD",
	} {
		if strings.HasPrefix(operation, prefix) {
			return method
		}
	}
	if strings.HasPrefix(operation, "Delete") {
		return "DELETE"
	}
	return "GET"
}

func set(t testing.TB, e *journal.Entry, word string) {
	t.Helper()
	if strike, ok := strings.CutPrefix(word, "!"); ok {
		setStrike(t, e, strike)
		return
	}
	name, value, ok := strings.Cut(word, "=")
	if !ok {
		e.Code = word
		return
	}
	switch name {
	case "i":
		e.Invocation = value
	case "d":
		e.Duration = millis(t, value)
	case "up":
		e.UploadID = value
	case "part":
		e.Part = number(t, value)
	case "q":
		e.Query = value
	case "range":
		e.Carries["range"] = "bytes=" + value
	case "sha":
		e.Carries[payloadHash] = digests(value).Digests[payloadHash]
	case "if":
		e.Carries["if-none-match"] = value
	case "out":
		e.BytesOut = int64(number(t, value))
	case "deny", "del", "delv":
		decide(e, name, value)
	case "refused":
		if e.Refused == nil {
			e.Refused = map[string]string{}
		}
		e.Refused[value] = "AccessDenied"
	default:
		t.Fatalf("no such word: %s", word)
	}
}

func decide(e *journal.Entry, how, key string) {
	d := authz.Decision{Action: "s3:" + e.Operation, Verdict: authz.Allowed}
	d.Resource = "arn:aws:s3:::" + e.Bucket + "/" + key
	switch how {
	case "deny":
		d.Verdict, d.Cause = authz.ImplicitlyDenied, authz.Identity
	case "del":
		d.Action = "s3:DeleteObject"
	case "delv":
		d.Action = "s3:DeleteObjectVersion"
	}
	e.Decisions = append(e.Decisions, d)
}

func setStrike(t testing.TB, e *journal.Entry, text string) {
	t.Helper()
	stage, rest, _ := strings.Cut(text, ":")
	rest, answered := strings.CutSuffix(rest, "*")
	effect, at, placed := strings.Cut(rest, "@")
	f := journal.Fault{Rule: "rule", Stage: stage, Effect: effect, Answered: answered}
	if placed {
		byte := int64(number(t, at))
		f.At = &byte
	}
	if e.Fault != nil {
		e.Faults = append(e.Faults, *e.Fault, f)
	}
	e.Fault = &f
}

func number(t testing.TB, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func millis(t testing.TB, text string) time.Duration {
	t.Helper()
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(n * float64(time.Millisecond))
}

// contents reads "b/a=text b/c=one|two ^b/d=U1": objects, one of parts, and an upload.
func contents(t testing.TB, text string) (c Contents) {
	t.Helper()
	for _, word := range strings.Fields(text) {
		name, value, ok := strings.Cut(word, "=")
		if !ok {
			t.Fatalf("no object: %s", word)
		}
		bucket, key, _ := strings.Cut(strings.TrimPrefix(name, "^"), "/")
		if strings.HasPrefix(name, "^") {
			c.Uploads = append(c.Uploads, Upload{bucket, key, value})
			continue
		}
		o := Object{Bucket: bucket, Key: key, Bytes: digests(strings.ReplaceAll(value, "|", ""))}
		if parts := strings.Split(value, "|"); len(parts) > 1 {
			for _, part := range parts {
				o.Parts = append(o.Parts, digests(part))
			}
		}
		c.Objects = append(c.Objects, o)
	}
	return c
}

func digests(text string) Bytes {
	sha, md := sha256.Sum256([]byte(text)), md5.Sum([]byte(text))
	return Bytes{int64(len(text)), map[string]string{
		payloadHash: hex.EncodeToString(sha[:]), contentMD5: base64.StdEncoding.EncodeToString(md[:]),
	}}
}

// written is a run as tables have it.
type written struct {
	requests      string
	before, after string
	exit          int
	ending        Ending // instead of exit
	// as are the requests of both baselines, and left what they left; empty: there are none.
	as, left string
}

func (w written) run(t testing.TB) *Run {
	t.Helper()
	r := &Run{
		Case: Case{Name: "a case", Deny: "some", Faults: "some"}, Requests: record(t, w.requests),
		Before: contents(t, w.before), After: contents(t, w.after),
		Ending: w.ending,
	}
	if w.ending == (Ending{}) {
		r.Ending = Ending{Exit: w.exit, Printed: 1}
	}
	if w.as+w.left != "" {
		one := &Run{Requests: record(t, w.as), Before: r.Before, After: contents(t, w.left)}
		r.Baselines = &Baselines{one, one}
	}
	return r
}

// found are the findings in a few words: "lost-write b/a b/c".
func found(r *Run) (all []string) {
	for _, f := range Of(r) {
		all = append(all, strings.Join(append([]string{string(f.Kind)}, f.Keys...), " "))
	}
	return all
}

// holds plays a table: what is found in each run, good where nothing is.
func holds(t *testing.T, rows map[string]struct {
	written
	want []string
}) {
	t.Helper()
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			want := row.want
			if len(want) == 0 {
				want = []string{"good"}
			}
			if got := found(row.run(t)); !slices.Equal(got, want) {
				t.Errorf("found %q, want %q", got, want)
			}
		})
	}
}
