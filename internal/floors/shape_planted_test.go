package floors

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func planted(t *testing.T, files map[string]string) (all []source) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		s, err := read(name, []byte(files[name]))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

func TestDraw(t *testing.T) {
	all := planted(t, map[string]string{
		"policy/a.go": `package policy
			import ("strings"; b "github.com/s3fault/s3fault/sigv4")
			type T struct{ next *U; many List[int] }
			func (t *T) String() string { return strings.Title(word) }
			func f(U string) string { return U }
			var x = b.New().Name()
			var y = b.New().Other().f()`,
		"policy/b.go": `package policy
			type U struct{ *T }
			const word = "w"
			func (u *U) f() { u.String(); u.next.f(); U.f(*u); f("") }`,
		"policy/c.go": `package policy
			type List[E any] []E
			func (l List[E]) Len() int { return len(l) }
			func (t *T) count() int { return t.many.Len() }`,
		"policy/a_test.go": `package policy; var z = U{}`,
		"sigv4/x.go": `package sigv4
			type Q struct{}
			func New() Q { return Q{} }
			func (Q) Name() string { return "" }`,
		"sigv4/y.go": `package sigv4; func (Q) Other() Q { return New() }`,
	})
	found := draw(all)
	for dir, want := range map[string]arrows{
		// From b: T, String and f. What x and U are in a.go, the package does not say;
		// y's f is no method of Q, and words are no end of an arrow.
		"policy": {{"a.go", "b.go"}: 1, {"a.go", "c.go"}: 1, {"b.go", "a.go"}: 3, {"c.go", "a.go"}: 1},
		"sigv4":  {{"y.go", "x.go"}: 3},
	} {
		if !maps.Equal(found[dir], want) {
			t.Errorf("%s: %v, want %v", dir, found[dir], want)
		}
	}
}

func TestClimbing(t *testing.T) {
	for _, row := range []struct {
		name  string
		a     arrows
		climb climb
		rings int
	}{
		{"none", arrows{}, climb{}, 0},
		{"down only", arrows{{"a", "b"}: 1, {"b", "c"}: 9, {"a", "c"}: 2}, climb{}, 0},
		{"the lighter of two", arrows{{"a", "b"}: 1, {"b", "a"}: 9}, climb{1, 1}, 2},
		{"the lightest of a ring", arrows{{"a", "b"}: 3, {"b", "c"}: 2, {"c", "a"}: 4, {"c", "d"}: 7}, climb{1, 2}, 3},
		{
			"two light ones before a heavy one",
			arrows{{"a", "b"}: 9, {"b", "c"}: 3, {"c", "a"}: 3, {"b", "d"}: 3, {"d", "a"}: 3}, climb{2, 6}, 5,
		},
	} {
		if got := row.a.climbing(); got != row.climb {
			t.Errorf("%s: climbing %v, want %v", row.name, got, row.climb)
		}
		if got := row.a.inRings(); got != row.rings {
			t.Errorf("%s: %d in rings, want %d", row.name, got, row.rings)
		}
	}
}

// No order of few files is better than the one that is found.
func TestClimbingIsLeast(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		a := arrows{}
		for range 4 + random.IntN(16) {
			from, to := random.IntN(6), random.IntN(6)
			if from != to {
				a[arrow{fmt.Sprint(from), fmt.Sprint(to)}] = 1 + random.IntN(9)
			}
		}
		least := a.uses()
		eachOrder(a.files(), 0, func(order []string) { least = min(least, a.climb(order).uses) })
		if got := a.climbing().uses; got != least {
			t.Errorf("%v: %d uses climb, and %d are enough", a, got, least)
		}
	}
}

func eachOrder(files []string, fixed int, visit func([]string)) {
	if fixed == len(files) {
		visit(files)
		return
	}
	for i := fixed; i < len(files); i++ {
		files[fixed], files[i] = files[i], files[fixed]
		eachOrder(files, fixed+1, visit)
		files[fixed], files[i] = files[i], files[fixed]
	}
}

func TestMeasure(t *testing.T) {
	rooms := measure(planted(t, map[string]string{
		"policy/a.go": "package policy\n\ntype T struct{}\n\n" +
			"// C.\nfunc (t *T) A() {\n}\n\nfunc (T) B() {}\n\ntype G[A, B any] struct{}\n",
		"policy/b.go":      "package policy\n\nfunc (*G[A, B]) A() {}\nfunc f() {\n\tfunc() {\n\t}()\n}\n",
		"policy/a_test.go": "package policy\n\nfunc (T) C() {}\nfunc (T) D() {}\n",
		"sigv4/a_test.go":  "package sigv4\n",
	}))
	if len(rooms) != 1 || rooms[0].dir != "policy" {
		t.Fatalf("rooms %+v", rooms)
	}
	r := rooms[0]
	got := fmt.Sprintf("%v %v %s %v", r.files, r.functions, r.longest, r.methods)
	if want := "[11 7] [2 1 1 4] f map[G:1 T:2]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if name, methods := r.largest(); name != "T" || methods != 2 {
		t.Errorf("largest %s with %d", name, methods)
	}
	shares := []int{share(r.functions, 50), share(r.functions, 90), share([]int{7, 1, 3}, 50), share(nil, 50)}
	if want := []int{1, 4, 3, 0}; !slices.Equal(shares, want) {
		t.Errorf("shares %v, want %v", shares, want)
	}
}

func TestBounds(t *testing.T) {
	b := bounds{methods: 2, functionLines: 3, fileLines: 4, climbing: map[string]int{"policy": 50}}
	two := arrows{{"a", "b"}: 1, {"b", "a"}: 1}
	for _, row := range []struct {
		name  string
		r     room
		count int
	}{
		{
			"up to each",
			room{"policy", []int{4, 1}, []int{3, 1}, "f", map[string]int{"T": 2, "U": 1}, two, climb{1, 1}, 2}, 0,
		},
		{
			"beyond each",
			room{"policy", []int{1, 5}, []int{1, 4}, "f", map[string]int{"T": 1, "U": 3}, two, climb{2, 2}, 2}, 4,
		},
		{"no bound for its arrows", room{"sigv4", nil, nil, "", nil, two, climb{2, 2}, 2}, 0},
	} {
		if got := b.broken(row.r); len(got) != row.count {
			t.Errorf("%s: broken %q, want %d", row.name, got, row.count)
		}
	}
}

func TestLongLines(t *testing.T) {
	long := strings.Repeat("x", columns)
	for _, row := range []struct {
		name, file, text string
		lines            []int
	}{
		{"a comment", "a.go", "package a\n\n// " + long + "\n", []int{3}},
		{"the most", "a.go", "package a\n\n// " + long[3:] + "\n", nil},
		{"characters, not bytes", "a.go", "package a\n\n// " + strings.Repeat("é", columns-3) + "\n", nil},
		{"code", "a.go", "package a\n\nvar " + long + " = 1\n", []int{3}},
		{"a text behind code", "a.go", "package a\n\nvar a = \"" + long + "\"\n", []int{3}},
		{"a text alone", "a.go", "package a\n\nvar a = []string{\n\t\"" + long + "\",\n}\n", nil},
		{"two texts", "a.go", "package a\n\nvar a = []string{\n\t\"a\", \"" + long + "\",\n}\n", []int{4}},
		{"a line of a text", "a.go", "package a\n\nvar a = `\n" + long + long + "\n`\n", nil},
		{"a line after a text", "a.go", "package a\n\nvar a = `\n`\n\n// " + long + "\n", []int{6}},
		{"a row of code", "a.go", "package a\n\nvar a = []T{\n\t{1, \"" + long + "\"},\n}\n", []int{4}},
		{"a row of a test", "a_test.go", "package a\n\nvar a = []T{\n\t{1, \"" + long + "\"},\n}\n", nil},
		{"a row in the line of its list", "a_test.go", "package a\n\nvar a = []T{{1, \"" + long + "\"}}\n", []int{3}},
	} {
		if got := longLines(planted(t, map[string]string{"policy/" + row.file: row.text})[0]); !slices.Equal(got, row.lines) {
			t.Errorf("%s: lines %v, want %v", row.name, got, row.lines)
		}
	}
}
