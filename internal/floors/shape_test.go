package floors

import (
	"fmt"
	"strings"
	"testing"
	"text/tabwriter"
)

// bounds are the most that figures of the house may come to.
type bounds struct {
	methods       int            // of one type
	functionLines int            // of one function
	fileLines     int            // of one file
	longLines     int            // of code, in all
	longTestLines int            // of tests, in all
	climbing      map[string]int // percent of a package's arrows
}

// limits: one with an aim beside it is what the code comes to today, and a little
// room to move in. It is lowered as the code gets there, and never raised.
var limits = bounds{
	methods:       60,
	functionLines: 60,
	fileLines:     400,
	longLines:     280,  // aim: 0
	longTestLines: 1180, // aim: 0
	climbing: map[string]int{
		"internal/s3api": 10,
		"scenarios":      10,
	},
}

// TestShape holds the house against the limits and, with -v, prints its figures.
func TestShape(t *testing.T) {
	all := house(t)
	rooms := measure(all)
	t.Log("\n" + table(rooms))
	for _, r := range rooms {
		for _, against := range limits.broken(r) {
			t.Error(against)
		}
	}
	for dir := range limits.climbing {
		if _, ok := floor[dir]; !ok {
			t.Errorf("%s, whose arrows have a limit, is no package", dir)
		}
	}
	holdLines(t, all, "code", false, limits.longLines)
	holdLines(t, all, "tests", true, limits.longTestLines)
}

// broken says which bounds a room goes beyond.
func (b bounds) broken(r room) (against []string) {
	hold := func(what string, figure, limit int) {
		if figure > limit {
			against = append(against, fmt.Sprintf("%s: %s: %d, where the most is %d", r.dir, what, figure, limit))
		}
	}
	name, methods := r.largest()
	hold("methods of "+name, methods, b.methods)
	hold("lines of "+r.longest, most(r.functions), b.functionLines)
	hold("lines of its largest file", most(r.files), b.fileLines)
	if limit, ok := b.climbing[r.dir]; ok {
		hold("percent of the arrows that climb", percent(r.climbing.arrows, len(r.arrows)), limit)
	}
	return against
}

// holdLines wants no more long lines than the limit, and names them all if there
// are more.
func holdLines(t *testing.T, all []source, what string, tests bool, limit int) {
	t.Helper()
	var long []string
	for _, s := range all {
		if s.test == tests {
			for _, line := range longLines(s) {
				long = append(long, fmt.Sprintf("%s:%d", s.path(), line))
			}
		}
	}
	t.Logf("lines of %s over %d columns: %d", what, columns, len(long))
	if len(long) > limit {
		t.Errorf("the most is %d:\n%s", limit, strings.Join(long, "\n"))
	}
}

// table is the rooms and the whole house, a line each.
func table(rooms []room) string {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "package\tfiles\tmedian\tmax\tfunctions\tmedian\tp90\tmax\tmethods\tof\t"+
		"arrows\tuses\tclimbing\t%\tuses\t%\tin rings\t%\t")
	house := room{dir: "in all", methods: map[string]int{}}
	for _, r := range rooms {
		fmt.Fprintln(w, r.line())
		house.files = append(house.files, r.files...)
		house.functions = append(house.functions, r.functions...)
		for t, n := range r.methods {
			house.methods[r.dir+"."+t] = n
		}
	}
	fmt.Fprintln(w, house.line())
	w.Flush()
	return text.String()
}

func (r *room) line() string {
	name, methods := r.largest()
	uses := r.arrows.uses()
	return fmt.Sprintf("%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t",
		"./"+r.dir, len(r.files), share(r.files, 50), most(r.files),
		len(r.functions), share(r.functions, 50), share(r.functions, 90), most(r.functions), methods, name,
		len(r.arrows), uses, r.climbing.arrows, percent(r.climbing.arrows, len(r.arrows)),
		r.climbing.uses, percent(r.climbing.uses, uses), r.inRings, percent(r.inRings, len(r.arrows)))
}
