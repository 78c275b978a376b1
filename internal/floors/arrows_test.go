package floors

import (
	"cmp"
	"errors"
	"go/ast"
	"go/types"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
)

// An arrow is a use, from one file to another of the same package, of what that
// one declares: functions, types and methods. Arrows counts the uses of each.
type arrows map[arrow]int

type arrow struct{ from, to string }

// draw finds the arrows of each package, by its folder.
func draw(all []source) map[string]arrows {
	c := checker{all: all, checked: map[string]*types.Package{}, info: types.Info{
		Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
	}}
	found := map[string]arrows{}
	for _, s := range all {
		if !s.test && found[s.dir] == nil {
			found[s.dir] = c.arrows(s.dir)
		}
	}
	return found
}

// checker finds out what each name means. A package from outside the module is
// empty to it, so that nothing outside has to be read: what is called on a value
// that comes out of one, as out of slices.Collect, is not seen, which are fewer
// than one use of a hundred.
type checker struct {
	all     []source
	checked map[string]*types.Package
	info    types.Info
}

var _ types.Importer = (*checker)(nil)

func (c *checker) Import(imported string) (*types.Package, error) {
	if p := c.checked[imported]; p != nil {
		return p, nil
	}
	dir, own := ours(imported)
	if !own {
		p := types.NewPackage(imported, path.Base(imported))
		p.MarkComplete()
		c.checked[imported] = p
		return p, nil
	}
	var files []*ast.File
	for _, s := range c.code(dir) {
		files = append(files, s.file)
	}
	if len(files) == 0 {
		return nil, errors.New("no files in " + imported)
	}
	// The errors are all of names from outside.
	config := types.Config{Importer: c, Error: func(error) {}}
	p, _ := config.Check(imported, positions, files, &c.info)
	c.checked[imported] = p
	return p, nil
}

// code is what a package has beside tests.
func (c *checker) code(dir string) (files []source) {
	for _, s := range c.all {
		if s.dir == dir && !s.test {
			files = append(files, s)
		}
	}
	return files
}

func (c *checker) arrows(dir string) arrows {
	p, err := c.Import(path.Join(module, dir))
	if err != nil {
		return nil
	}
	home := map[types.Object]string{}
	c.eachName(dir, func(s source, id *ast.Ident) {
		if o := c.info.Defs[id]; o != nil && isEnd(o, p) {
			home[o] = s.name
		}
	})
	found := arrows{}
	c.eachName(dir, func(s source, id *ast.Ident) {
		o := c.info.Uses[id]
		if f, ok := o.(*types.Func); ok {
			o = f.Origin()
		}
		if to, ok := home[o]; ok && to != s.name {
			found[arrow{s.name, to}]++
		}
	})
	return found
}

func (c *checker) eachName(dir string, visit func(source, *ast.Ident)) {
	for _, s := range c.code(dir) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				visit(s, id)
			}
			return true
		})
	}
}

// isEnd says whether arrows may lead to an object: a type or a function of the
// package, or a method.
func isEnd(o types.Object, p *types.Package) bool {
	switch o := o.(type) {
	case *types.Func:
		return true
	case *types.TypeName:
		return o.Parent() == p.Scope()
	}
	return false
}

// climb is what remains of arrows that point up when the files are ordered so that
// the fewest uses do.
type climb struct{ arrows, uses int }

// climbing is the climb of the best order found, which is the same one each time:
// from each of some first orders, one file after the other is put where it climbs
// least, until none can be put better.
func (a arrows) climbing() climb {
	least := climb{uses: a.uses() + 1}
	for _, first := range a.starts() {
		if c := a.climb(a.settle(first)); c.uses < least.uses || c.uses == least.uses && c.arrows < least.arrows {
			least = c
		}
	}
	return least
}

// shuffles is how many of the first orders are random, with a fixed seed.
const shuffles = 40

func (a arrows) starts() [][]string {
	files := a.files()
	starts := [][]string{files}
	random := rand.New(rand.NewPCG(9, 0))
	for range shuffles {
		mixed := slices.Clone(files)
		random.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		starts = append(starts, mixed)
	}
	return starts
}

// settle moves files of an order, highest first, until no move helps.
func (a arrows) settle(order []string) []string {
	order = slices.Clone(order)
	for moved := true; moved; {
		moved = false
		for _, file := range a.files() {
			from := slices.Index(order, file)
			rest := slices.Delete(slices.Clone(order), from, from+1)
			if to, gain := a.place(file, rest, from); gain {
				order, moved = slices.Insert(rest, to, file), true
			}
		}
	}
	return order
}

// place is where among the others a file makes the fewest uses climb, and whether
// they are fewer than where it was.
func (a arrows) place(file string, rest []string, from int) (to int, gain bool) {
	// The climb of the file's own arrows, less what it is with the file on top.
	here, least, was := 0, 0, 0
	for i, other := range rest {
		here += a[arrow{file, other}] - a[arrow{other, file}]
		if i+1 == from {
			was = here
		}
		if here < least {
			least, to = here, i+1
		}
	}
	return to, least < was
}

func (a arrows) climb(order []string) (c climb) {
	height := map[string]int{}
	for i, file := range order {
		height[file] = -i
	}
	for arrow, uses := range a {
		if height[arrow.to] > height[arrow.from] {
			c.arrows++
			c.uses += uses
		}
	}
	return c
}

// inRings counts the arrows that are part of a ring: on from their end, other
// arrows lead back to where they began.
func (a arrows) inRings() (count int) {
	for start := range a {
		reached := map[string]bool{start.to: true}
		for queue := []string{start.to}; len(queue) > 0; queue = queue[1:] {
			for next := range a {
				if next.from == queue[0] && !reached[next.to] {
					reached[next.to] = true
					queue = append(queue, next.to)
				}
			}
		}
		if reached[start.from] {
			count++
		}
	}
	return count
}

func (a arrows) uses() (sum int) {
	for _, uses := range a {
		sum += uses
	}
	return sum
}

// files are those with arrows, by name.
func (a arrows) files() []string {
	found := map[string]bool{}
	for arrow := range a {
		found[arrow.from], found[arrow.to] = true, true
	}
	return slices.SortedFunc(maps.Keys(found), cmp.Compare[string])
}
