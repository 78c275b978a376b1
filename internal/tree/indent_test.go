package tree

import (
	"strconv"
	"strings"
	"testing"
)

// What people get wrong in YAML is told in plain words, with the lines that it is about.
func TestIndentation(t *testing.T) {
	const head = "version: 1\nscenarios:\n  one:\n"
	for _, row := range []struct{ name, text, want string }{
		{"tab alone", head + "\ttitle: One\n\tregion: x\n", `
4:1: this line is indented with a tab, and YAML takes spaces alone; 1 of the lines below too
    3 |   one:
    4 | →title: One`},
		{"tab behind spaces", head + "    title: One\n  \tregion: x\n", `
5:3: this line is indented with a tab, and YAML takes spaces alone
    4 |     title: One
    5 |   →region: x`},
		{"tab on the first line", "\tversion: 1\n", `
1:1: this line is indented with a tab, and YAML takes spaces alone
    1 | →version: 1`},
		{"too little", head + "    title: One\n   region: x\n", `
5:4: this line is indented by 3 spaces, and lines up with no line above; line 4, with which it
\ probably should, is indented by 4 spaces
    4 |     title: One
    5 |    region: x`},
		{"too much", head + "    title: One\n     region: x\n", `
5:6: this line is indented by 5 spaces, and line 4, which has a value already, by 4 spaces: they
\ line up, or line 4 has nothing behind its colon
    4 |     title: One
    5 |      region: x`},
		{"between two blocks", head + "    buckets:\n        a: {}\n      b: {}\n", `
6:7: this line is indented by 6 spaces, and lines up with no line above; line 5, with which it
\ probably should, is indented by 8 spaces
    5 |         a: {}
    6 |       b: {}`},
		{"one space", "a:\n  b: 1\n c: 1\n", `
3:2: this line is indented by 1 space, and lines up with no line above; line 2, with which it
\ probably should, is indented by 2 spaces
    2 |   b: 1
    3 |  c: 1`},
		{"within an item", "expect:\n  - as: a\n    call: b\n   want: {}\n", `
4:4: this line is indented by 3 spaces, and lines up with no line above; line 3, with which it
\ probably should, is indented by 4 spaces
    3 |     call: b
    4 |    want: {}`},
		{"an item's key without a dash", "expect:\n  - as: a\n  call: b\n", `
3:3: this line has no dash, and lines up with the dash on line 2: what belongs to that item is
\ indented by more, by 4 spaces
    2 |   - as: a
    3 |   call: b`},
		{"no space behind the colon", head + "    title:One\n    region: x\n", `
4:5: this line is no key: a key has a colon behind it, and behind the colon there is a space
    4 |     title:One`},
		{"no colon", head + "    title\n    region: x\n", `
4:5: this line is no key: a key has a colon behind it
    4 |     title`},
		{"a dash without a space", "expect:\n  -as: a\n    call: b\n", `
2:3: the dash on this line has no space behind it: an item of a list begins with a dash and a space
    2 |   -as: a`},
		{"a no-break space behind the colon", "a:\n  b:\u00a0c\n  d: e\n", `
2:3: this line is no key: a key has a colon behind it, and behind the colon a space, not the no-break space (U+00A0)
\ that is there
    2 |   b:` + noBreak + `c`},
		{"no-break spaces", "a:\n" + noBreak + noBreak + "b: c\n  d: e\n", `
2:1: this line is indented with a no-break space (U+00A0), which is none for YAML
    1 | a:
    2 | ` + noBreak + noBreak + `b: c`},
		{"Windows", "a:\r\n  b: 1\r\n c: 1\r\n", `
3:2: this line is indented by 1 space, and lines up with no line above; line 2, with which it
\ probably should, is indented by 2 spaces
    2 |   b: 1
    3 |  c: 1`},
		{"an open brace", head + "    accounts: {1: {}\n    region: x\n", `
4:15: the { that is opened here is never closed
    4 |     accounts: {1: {}`},
		{"an open quote", head + "    title: \"One\n    region: x\n", `
4:12: the " that is opened here is never closed
    4 |     title: "One`},
		{"two colons", head + "    title: One: two\n", `
4:1: there is a colon too many on this line: put a value that has one into quotes
    4 |     title: One: two`},
		{"an at sign", head + "    title: @x\n", `
4:1: a value cannot begin with this character: put it into quotes
    4 |     title: @x`},
		{"a star", head + "    title: *\n", `
4:1: * begins an alias in YAML: put a value that begins with it into quotes
    4 |     title: *`},
		{"an alias of nothing", head + "    title: *x\n", `
4:12: *x stands for what an anchor &x holds, and there is none: put a value that begins with * into quotes
    4 |     title: *x`},
		{"below texts that look wrong", "a: |\n    b\n  \tc: d\n   e: f\ng: >\n  h: {\nx: 'it''s [\n  so'\n" +
			"y: a ]\n  b {\nz: {a: [\n\t1]}\n\tw: 1\n", `
13:1: this line is indented with a tab, and YAML takes spaces alone
   11 | z: {a: [
   13 | →w: 1`},
		{"a long line", "a:\n  b: " + strings.Repeat("x", 200) + "\n c: 1\n", `
3:2: this line is indented by 1 space, and lines up with no line above; line 2, with which it
\ probably should, is indented by 2 spaces
    2 |   b: ` + strings.Repeat("x", 95) + `…
    3 |  c: 1`},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := ParseYAML("f", []byte(row.text))
			e, ok := err.(*Error)
			if !ok {
				t.Fatalf("error %v", err)
			}
			got := strings.Join(append([]string{strings.TrimPrefix(e.Error(), "f:")}, e.Lines...), "\n")
			want := strings.ReplaceAll(strings.TrimPrefix(row.want, "\n"), "\n\\ ", " ")
			if got != want {
				t.Errorf("error\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// Several errors of a file are one, in the file's order, of which errors.As finds the first.
func TestJoin(t *testing.T) {
	at := func(line, column int) error { return &Error{File: "f", Line: line, Column: column, Message: "x"} }
	if Join(nil, nil) != nil {
		t.Error("no error is one")
	}
	if one := at(1, 2); Join(nil, one, one) != one {
		t.Error("one error is another")
	}
	var all []error
	for i := 12; i > 0; i-- {
		all = append(all, Join(at(i, 2), at(i, 1)))
	}
	lines := strings.Split(Join(all...).Error(), "\n")
	if len(lines) != 11 || lines[0] != "f:1:1: x" || lines[9] != "f:5:2: x" || lines[10] != "and 14 more" {
		t.Errorf("%q", lines)
	}
}

// asked counts how often it is put into words.
type asked struct{ times *int }

func (a asked) Error() string { *a.times++; return strconv.Itoa(*a.times) }

// A text may have as many defects as words: each is put into words once, and those that one
// branch of it has all alone are not looked through again above.
func TestJoinMany(t *testing.T) {
	var times int
	all := make([]error, 1000)
	for i := range all {
		all[i] = asked{&times}
	}
	err := Join(all...)
	if n := len(Each(err)); n != len(all) || times != len(all) {
		t.Errorf("%d errors were put into words %d times", n, times)
	}
	if times = 0; len(Each(Join(nil, err, nil))) != len(all) || times > 0 {
		t.Errorf("%d times more", times)
	}
}

// Whatever the text, the error is on one line and has a place, and what is good in a file
// can be gone on with.
func FuzzYAML(f *testing.F) {
	f.Add("a:\n\tb: 1\n")
	f.Add("a:\n  b: 1\n c: 1\n- d\n")
	f.Add("a: |\n x\n\n'b': \"c\\\"\n  d: [ {\n")
	f.Add("? [a]\n: !x b\n<<: 1\na: 1\na: 2\n")
	f.Add("- - - a: b\n    - c\n  ! d\n")
	f.Fuzz(func(t *testing.T, text string) {
		n, err := ParseYAML("f", []byte(text))
		if n == nil && err == nil {
			t.Fatal("neither a tree nor an error")
		}
		for _, one := range Each(err) {
			e, ok := one.(*Error)
			if !ok || e.Line < 1 || e.Column < 1 || strings.ContainsAny(e.Error(), "\r\n") {
				t.Errorf("error %q", one)
			}
		}
	})
}
