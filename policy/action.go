package policy

import (
	"embed"
	"slices"
	"strings"
	"sync"

	"github.com/s3fault/s3fault/internal/nearest"
)

// Action is a row of the Service Authorization Reference.
type Action struct {
	Name      string   // with its service: s3:GetObject
	Access    []string // access levels: Read, Write, List, Tagging, Permissions management
	Resources []string // resource types, such as bucket and object; none for an action on the whole account
	// Keys are the service's condition keys; a family such as s3:ExistingObjectTag/ ends where the tag key begins.
	Keys []string

	folded map[string]bool // Keys as a set of folded names
}

// The tables hold the Service Authorization Reference ("Actions, resources, and condition keys for Amazon S3", "... for
// AWS Key Management Service") and which actions really see a key (authorization.md 3.1b).
//
//go:embed actions/*.tsv
var tables embed.FS

// catalogue is the embedded tables, read once.
type catalogue struct {
	actions    map[string]*Action // by name, and by folded name
	services   map[string][]Action
	names      []string
	keys       map[string]bool // folded names of every key of a service, families as they end
	keyNames   []string
	visibility map[[2]string]Visibility // by folded key (or family) and folded action
}

var known = sync.OnceValue(readCatalogue)

// describedServices are the services whose actions the tables describe.
var describedServices = []string{"s3", "kms"}

func readCatalogue() *catalogue {
	c := &catalogue{actions: map[string]*Action{}, services: map[string][]Action{}, keys: map[string]bool{},
		visibility: map[[2]string]Visibility{}}
	for _, service := range describedServices {
		rows := readTable("actions/" + service + ".tsv")
		list := make([]Action, 0, len(rows))
		for _, row := range rows {
			list = append(list, newAction(service, row))
		}
		slices.SortFunc(list, func(a, b Action) int { return strings.Compare(a.Name, b.Name) })
		c.services[service] = list
		for i := range list {
			c.add(&list[i])
		}
	}
	for _, row := range readTable("actions/visibility.tsv") {
		c.visibility[[2]string{strings.ToLower(row[0]), strings.ToLower(row[1])}] = visibilities[row[2]]
	}
	return c
}

func (c *catalogue) add(a *Action) {
	c.actions[a.Name], c.actions[strings.ToLower(a.Name)] = a, a
	c.names = append(c.names, a.Name)
	for _, key := range a.Keys {
		folded := strings.ToLower(key)
		a.folded[folded] = true
		if former, ok := formerNames[folded]; ok {
			a.folded[former] = true
		}
		c.addKey(key)
	}
	for _, resource := range a.Resources {
		for _, key := range keysOfResources[resource] {
			c.addKey(key)
		}
	}
}

func (c *catalogue) addKey(key string) {
	folded := strings.ToLower(key)
	if !c.keys[folded] {
		c.keys[folded] = true
		c.keyNames = append(c.keyNames, key)
	}
}

// readTable returns the cells of an embedded table below its head. Tests hold that every row is complete.
func readTable(name string) [][]string {
	text, err := tables.ReadFile(name)
	if err != nil {
		return nil
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	columns := strings.Count(lines[0], "\t") + 1
	rows := make([][]string, 0, len(lines)-1)
	for _, line := range lines[1:] {
		if cells := strings.Split(line, "\t"); len(cells) == columns {
			rows = append(rows, cells)
		}
	}
	return rows
}

func newAction(service string, row []string) Action {
	a := Action{Name: service + ":" + row[0], Keys: strings.Fields(row[3]), folded: map[string]bool{}}
	if row[1] != "" {
		a.Access = strings.Split(row[1], ", ")
	}
	if row[2] != "" {
		a.Resources = strings.Split(row[2], "|")
	}
	for i, key := range a.Keys {
		// The reference writes s3:ExistingObjectTag/<key> and aws:RequestTag/${TagKey}.
		if end := strings.IndexAny(key, "<$"); end >= 0 {
			a.Keys[i] = key[:end]
		}
	}
	return a
}

// LookupAction finds an action of S3 or KMS by its name, in any case. The Action is shared: do not change it.
func LookupAction(name string) (Action, bool) {
	a := lookup(name)
	if a == nil {
		return Action{}, false
	}
	return *a, true
}

// rowOf is lookup of a name that is in AWS's spelling or folded; nil for every other one. It costs no memory.
func rowOf(name string) *Action { return known().actions[name] }

// lookup is nil for an action that the tables do not know. A name in AWS's spelling is found without folding it.
func lookup(name string) *Action {
	if a, ok := known().actions[name]; ok {
		return a
	}
	return known().actions[strings.ToLower(name)]
}

// Actions lists the actions of a service ("s3", "kms") by name; none for other services.
func Actions(service string) []Action { return slices.Clone(known().services[service]) }

// NearestAction returns the known action whose name is closest, or "" when none is close. A name without a service
// is looked for in each.
func NearestAction(name string) string {
	if name == "" || strings.Contains(name, ":") {
		return nearest.Name(name, known().names)
	}
	for _, service := range describedServices {
		if near := nearest.Name(service+":"+name, known().names); near != "" {
			return near
		}
	}
	return ""
}

// MatchAction reports whether a pattern of an Action element, with * and ? in it, is about the action of a name. Case
// does not count.
func MatchAction(pattern, name string) bool {
	p := compilePattern(pattern, syntax{wildcards: true, fold: true})
	return p.match(name, nil)
}

// HasKey reports whether the Service Authorization Reference lists a condition key for the action. It lists no global
// keys, except those about AWS's own tags (aws:RequestTag/, aws:ResourceTag/, aws:TagKeys).
func (a Action) HasKey(key string) bool {
	return a.folded[keyFamily(foldKey(key))]
}

// on reports whether the action works on one of the resource types in the set.
func (a *Action) on(types resourceTypes) bool {
	for _, t := range a.Resources {
		if types.bucket && t == "bucket" || types.object && t == "object" {
			return true
		}
	}
	return false
}
