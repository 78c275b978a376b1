package lesson

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/book"
	"github.com/s3fault/s3fault/scenarios"
)

// folder is where the pages of the built-in library lie.
const folder = "../../docs/lessons"

func library(t *testing.T) *scenarios.File {
	t.Helper()
	file, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// TestPagesAreTheLibrary: docs/lessons is what the library says, no page more
// and none less.
func TestPagesAreTheLibrary(t *testing.T) {
	pages, err := Pages(library(t))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range pages {
		names = append(names, p.Name)
		book.Hold(t, filepath.Join(folder, p.Name), p.Content)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(names, e.Name()) {
			t.Errorf("docs/lessons/%s belongs to no scenario: delete it", e.Name())
		}
	}
}

// differs is the first line in which two texts differ.
func differs(a, b string) int {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n + 1
}

// TestLessonsAreWhole: whatever the format, every command of the library is there
// to copy, and so is what it prints.
func TestLessonsAreWhole(t *testing.T) {
	file := library(t)
	for _, name := range file.Names() {
		sc, err := file.Scenario(name)
		if err != nil {
			t.Fatal(err)
		}
		text, markdown := Text(sc), Markdown(sc, 1)
		for _, c := range slices.Concat(sc.Lesson.Symptom, sc.Lesson.Diagnose, sc.FixCommands) {
			for line := range strings.Lines(c.Run + "\n" + c.Prints.Article + "\n" + c.Prints.AWS) {
				line = strings.TrimRight(line, "\n")
				if !strings.Contains(text, line) {
					t.Errorf("%s: the text lacks %q", name, line)
				}
				if !strings.Contains(markdown, line) {
					t.Errorf("%s: the Markdown lacks %q", name, line)
				}
			}
		}
		if strings.Count(markdown, "\n```")%2 != 0 {
			t.Errorf("%s: a fence is not closed:\n%s", name, markdown)
		}
	}
}

// lesson is a scenario file in which everything is that a lesson shows.
const lesson = `
version: 1
scenarios:
  one:
    title: Everything of a lesson, with a * and a |
    fix: [2, 12]
    accounts: {123456789012: {users: {me: {}, you: {}}}}
    callers: {app: {user: me}, other: {user: you}, admin: {root: true}}
    buckets: {my-bucket: {objects: {k: {body: x}}}}
    expect:
      - {as: app, call: GetObject, bucket: my-bucket, key: k, want: {layer: identity, article: {status: 403, code: AccessDenied}, aws: {status: 400, code: ExpiredToken, message: gone}}}
      - {as: app, call: PutObject, bucket: my-bucket, key: k, headers: {x-amz-acl: private, if-match: "*"}, query: {x-id: PutObject}, want: {status: 200, article: {layer: acl}}}
      - {as: anonymous, call: GetObject, bucket: my-bucket, key: k, version_id: "null", presign: {expires: 90m, age: 2h, region: eu-west-1, sigv2: true, method: HEAD}, want: {code: AccessDenied, statement: Deny}}
      - {as: app, call: ListBuckets, sign: {region: eu-west-1, secret: s, access_key_id: A, age: 15m1s, drop_header: host}, want: {status: 403}}
    lesson:
      why: "One paragraph.\n\nAnother one, which is long enough to be broken into two lines on a terminal, and no word of it is lost."
      symptom:
        - {as: other, run: "echo a\necho b", prints: "a\nb"}
        - {as: other, run: "echo c"}
        - {as: other, run: "curl \"$URL\"", prints: {article: AccessDenied, aws: ExpiredToken}}
      diagnose:
        - {as: app, run: "echo d"}
        - {as: admin, run: "echo e"}
    fix_patch: {buckets: {my-bucket: {policy: null}}}
`

func one(t *testing.T) *scenarios.Scenario {
	t.Helper()
	file, err := scenarios.Parse("one.yaml", []byte(lesson))
	if err != nil {
		t.Fatal(err)
	}
	sc, err := file.Scenario("one")
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

func TestText(t *testing.T) {
	const want = `one (Fix 2, 12)
Everything of a lesson, with a * and a |.

Try it: eval "$(s3fault env --scenario one --as other)"

The symptom
  other$ echo a
  echo b
      … a
        b …
  other$ echo c
  other$ curl "$URL"
      article: … AccessDenied …
      aws:     … ExpiredToken …

What S3 answers
  GetObject my-bucket/k as app
      article: 403 AccessDenied [identity]
      aws:     400 ExpiredToken: gone [identity]
  PutObject my-bucket/k (if-match: *, x-amz-acl: private, x-id: PutObject) as app
      article: 200 [acl]
      aws:     200
  GetObject my-bucket/k (version null, presigned with SigV2 for HEAD in eu-west-1, good for 1h30m, 2h old) as anonymous
      AccessDenied [statement Deny]
  ListBuckets (signed for eu-west-1, signed with the access key A, signed with another secret, signed 15m1s ago, sent without host) as app
      403

Why it happens
  One paragraph.
  Another one, which is long enough to be broken into two lines on a terminal,
  and no word of it is lost.

How to see it
  app$ echo d
  admin$ echo e

The fix
  No command does it: the cure is around the program. POST
  /_s3fault/worlds/one/fix brings it.
`
	if got := Text(one(t)); got != want {
		t.Errorf("from line %d on:\n%s", differs(got, want), got)
	}
}

func TestMarkdown(t *testing.T) {
	const want = `# one

Everything of a lesson, with a \* and a \|.

~~~sh
eval "$(s3fault env --scenario one --as other)"
~~~

## The symptom

~~~sh
echo a
echo b
~~~
~~~text
… a
b …
~~~

~~~sh
echo c
curl "$URL"
~~~
~~~text
article: … AccessDenied …
~~~
~~~text
aws:     … ExpiredToken …
~~~

## What S3 answers

| call | as | S3 answers | refused by |
| --- | --- | --- | --- |
| GetObject my-bucket/k | app | ~article~: 403 AccessDenied<br>~aws~: 400 ExpiredToken: gone | identity |
| PutObject my-bucket/k (if-match: \*, x-amz-acl: private, x-id: PutObject) | app | ~article~: 200<br>~aws~: 200 | acl<br> |
| GetObject my-bucket/k (version null, presigned with SigV2 for HEAD in eu-west-1, good for 1h30m, 2h old) | anonymous | AccessDenied | statement Deny |
| ListBuckets (signed for eu-west-1, signed with the access key A, signed with another secret, signed 15m1s ago, sent without host) | app | 403 |  |

## Why it happens

One paragraph.

Another one, which is long enough to be broken into two lines on a terminal, and no word of it is lost.

## How to see it

~~~sh
eval "$(s3fault env --scenario one)"
echo d
eval "$(s3fault env --scenario one --as admin)"
echo e
~~~

## The fix

No command does it: the cure is around the program. POST /\_s3fault/worlds/one/fix brings it.
`
	if got := strings.ReplaceAll(Markdown(one(t), 1), "`", "~"); got != want {
		t.Errorf("from line %d on:\n%s", differs(got, want), got)
	}
}

// TestPages: a scenario stands under each of its fixes, and the index leads to all.
func TestPages(t *testing.T) {
	file, err := scenarios.Parse("one.yaml", []byte(lesson+`
  beyond: {title: no number}
  odd: {title: a number that the article does not have, fix: [13]}
`))
	if err != nil {
		t.Fatal(err)
	}
	pages, err := Pages(file)
	if err != nil {
		t.Fatal(err)
	}
	headings := []string{"# The lessons", "# Fix 2: The bucket policy", "# Fix 12: 404 shown as 403", "# Fix 13", "# Still not working, and beyond"}
	names := []string{"README.md", "fix-02.md", "fix-12.md", "fix-13.md", "beyond.md"}
	if len(pages) != len(names) {
		t.Fatalf("%d pages, want %v", len(pages), names)
	}
	for i, p := range pages {
		lines := strings.SplitN(p.Content, "\n", 3)
		if p.Name != names[i] || lines[1] != headings[i] {
			t.Errorf("page %d is %s, %q; want %s, %q", i, p.Name, lines[1], names[i], headings[i])
		}
	}
	for _, link := range []string{"- [one](fix-02.md#one): ", "- [one](fix-12.md#one): ", "- [odd](fix-13.md#odd): ", "- [beyond](beyond.md#beyond): no number"} {
		if !strings.Contains(pages[0].Content, link) {
			t.Errorf("the index lacks %q:\n%s", link, pages[0].Content)
		}
	}
}

// TestDay: a lesson about S3 of one day says which, on a terminal and on paper.
func TestDay(t *testing.T) {
	file, err := scenarios.Parse("young.yaml", []byte("version: 1\nresponses: article\nscenarios: {young: {title: Younger, responses: aws, as_of: 2026-03-12}, old: {title: Old}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"young": true, "old": false} {
		sc, err := file.Scenario(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{Text(sc), Markdown(sc, 1)} {
			if strings.Contains(text, "S3 as of 12 March 2026 (responses: aws).") != want {
				t.Errorf("%s says\n%s", name, text)
			}
		}
	}
}

// What a list of calls has beside calls: repeats, answers in turn or broken, the clock.
func TestSteps(t *testing.T) {
	file, err := scenarios.Parse("world.yaml", []byte(`version: 1
scenarios:
  one:
    title: One
    accounts: {123456789012: {users: {my-user: {}}}}
    callers: {app: {user: my-user}, admin: {root: true}}
    buckets: {my-bucket: {}}
    expect:
      - {as: app, call: GetObject, bucket: my-bucket, key: a,
	want: [{status: 503, code: SlowDown, layer: fault}, {status: 200}]}
      - {as: app, call: GetObject, bucket: my-bucket, key: a, times: 3, want: {status: 200, broken: cut}}
      - {as: app, call: GetObject, bucket: my-bucket, key: a, want: {broken: reset, article: {broken: timeout}}}
      - {advance: 61m}
      - {client_skew: 1h}
`))
	if err != nil {
		t.Fatal(err)
	}
	got := Text(scenarioOf(t, file, "one"))
	const want = `
  GetObject my-bucket/a (2 times) as app
      503 SlowDown, then 200 [fault]
  GetObject my-bucket/a (3 times) as app
      200, cut short
  GetObject my-bucket/a as app
      article: silence
      aws:     connection reset
  1h1m go by
  The client's clock goes wrong by 1h
`
	if !strings.Contains(got, want) {
		t.Errorf("the text is\n%s\nand has not\n%s", got, want)
	}
	markdown := Markdown(scenarioOf(t, file, "one"), 1)
	for _, row := range []string{
		"| GetObject my-bucket/a (2 times) | app | 503 SlowDown, then 200 | fault |",
		"| 1h1m go by |  |  |  |",
	} {
		if !strings.Contains(markdown, row) {
			t.Errorf("the page is\n%s\nand has not %s", markdown, row)
		}
	}
}
